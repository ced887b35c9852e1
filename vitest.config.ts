import { defineConfig } from 'vitest/config';

// Generous: a small machine with other work on it must not make a test fail.
const shared = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    // Two cores are what a small machine has; more workers only make each test slower.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/system/**', 'test/browsers/**'],
        },
      },
      {
        // Skips unless scripts/browsers.mjs runs it, which brings a browser.
        test: { ...shared, name: 'browsers', include: ['test/browsers/**/*.test.ts'], testTimeout: 300_000 },
      },
      {
        test: {
          ...shared,
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          globalSetup: 'test/system/setup.ts',
          testTimeout: 300_000,
        },
      },
    ],
  },
});
