import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { compressedFiles, offlineFiles } from './build.ts';

const hub = { target: 'http://127.0.0.1:8080' };

export default defineConfig({
  plugins: [svelte(), svelteTesting(), offlineFiles(), compressedFiles()],
  // The hub's content security policy allows files of its own origin only, so nothing may be inlined.
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: 'index.html', sw: 'src/offline/worker.ts' },
      // A service worker is known by its address, and rules what is below it.
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: { proxy: { '/api': { ...hub, ws: true }, '/readyz': hub } },
  test: {
    environment: 'jsdom',
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/browser.ts'],
    coverage: {
      provider: 'v8',
      // What starts the page is reached by the tests in a real browser.
      include: ['src/*/**/*.{ts,svelte}'],
      reporter: [['text', { skipFull: true }]],
      reportsDirectory: '../../out/coverage/page',
      thresholds: { lines: 90, 'src/*/**': { lines: 90 } },
    },
  },
});
