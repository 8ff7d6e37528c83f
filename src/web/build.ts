/// <reference types="node" />
import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

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
