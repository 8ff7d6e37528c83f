import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

const hub = { target: 'http://127.0.0.1:8080' };

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  // The hub's content security policy allows files of its own origin only, so nothing may be inlined.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/api': hub, '/readyz': hub } },
  test: { environment: 'jsdom', include: ['tests/**/*.test.ts'], setupFiles: ['tests/browser.ts'] },
});
