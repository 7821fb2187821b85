import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/cloud/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts', 'test/cloud/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
