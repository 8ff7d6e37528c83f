/// <reference types="node" />
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Smaller files gain nothing that a packet would notice. */
const worthCompressing = 1024;

/** What of `public/` belongs to the page when the hub does not answer. */
const fixed = ['/', '/favicon.svg', '/manifest.webmanifest', '/icons/192.png'];

/** Tells the service worker which files the build has made. */
export function offlineFiles(): Plugin {
  return {
    name: 'offline-files',
    apply: 'build',
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle).filter((file) => file.startsWith('assets/')).sort();
      const hash = createHash('sha256');
      for (const part of Object.values(bundle)) hash.update(part.fileName).update(part.type === 'chunk' ? part.code : part.source);
      const shell = { name: `page-${hash.digest('hex').slice(0, 16)}`, files: [...fixed, ...files.map((file) => `/${file}`)] };
      const worker = bundle['sw.js'];
      if (worker?.type !== 'chunk') throw new Error('the build has no sw.js');
      worker.code = `const shell = ${JSON.stringify(shell)};\n${worker.code}`;
    },
  };
}

/** Puts compressed forms beside each file of text, as small as they get: the hub sends those, and takes no time for it. */
export function compressedFiles(): Plugin {
  let folder = '';
  return {
    name: 'compressed-files',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(html|js|css|svg|webmanifest|json)$/.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const content = readFileSync(path);
        if (content.length < worthCompressing) continue;
        writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }));
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}
