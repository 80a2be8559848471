import { defineConfig } from 'vitest/config';

// Sources run as they are: the `source` condition of each package points at its TypeScript.
const resolve = { conditions: ['source', 'node', 'import', 'default'] };
const ssr = { resolve: { conditions: ['source', 'node', 'import', 'default'] } };

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: ['**/*.it.test.ts', '**/node_modules/**'],
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'server',
          include: ['packages/*/src/**/*.it.test.ts', 'tests/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.nightly.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          globalSetup: ['./tests/global-setup.ts'],
          maxWorkers: 2,
          // After the unit tests: servers and fuzzing at once would starve each other on two cores.
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'nightly',
          include: ['tests/**/*.nightly.test.ts'],
          testTimeout: 4 * 3600_000,
          hookTimeout: 180_000,
          globalSetup: ['./tests/global-setup.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
