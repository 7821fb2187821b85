import { defineConfig } from 'vitest/config';

/** What compares how long statements took from day to day: whoever works beside it makes the machine another one. They run when all else is done. */
const alone = ['test/operations/slow/regressions.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Ten times what the longest take on a calm machine: only what hangs shall end by it.
    testTimeout: 300_000,
    // The hook that needs the bundles or the package first makes them for the whole run, which takes minutes on a busy machine.
    hookTimeout: 900_000,
    // What is polled is mostly another process, which comes late where others work beside it; a second is Vitest's own patience.
    expect: { poll: { timeout: 60_000 } },
    // A worker that had seven servers and a browser takes its time to end on a busy machine.
    teardownTimeout: 60_000,
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
