import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** While the console is worked on, `npx vite` in this folder talks to a manager on its usual port. */
const MANAGER = 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  server: { proxy: { '/api': MANAGER } },
  build: {
    target: 'es2022',
    // Nothing inline: the manager's content security policy admits scripts from files alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // What is loaded first is measured by tests/console.
    chunkSizeWarningLimit: 2000,
  },
});
