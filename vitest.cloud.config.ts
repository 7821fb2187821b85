import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // The facts about the state, too: the emulator's DynamoDB is a second one beside the laptop's.
    include: ['test/cloud/**/*.test.ts', 'test/state/*.test.ts'],
    globalSetup: ['test/global-setup.ts', 'test/cloud/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
