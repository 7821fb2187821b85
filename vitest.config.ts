import { defineConfig } from 'vitest/config';

/** What compares how long statements took from day to day: whoever works beside it makes the machine another one. They run when all else is done. */
const alone = ['test/operations/slow/regressions.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // A worker that had seven servers and a browser takes its time to end on a busy machine.
    teardownTimeout: 60_000,
    // What is awaited comes when the machine gets to it; the 1 s of vitest is not enough beside six servers.
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/**/*.test.ts'],
          exclude: ['test/chaos/**', 'test/cloud/**', 'node_modules/**', ...alone],
        },
      },
      { extends: true, test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
