import { expect, test } from 'vitest';
import { restoreRandomPoints } from './random-rounds.ts';

test(
  'a restore to a random moment, from a full backup, increments and WAL, has every row of that moment',
  { timeout: 300_000 },
  async () => {
    await expect(restoreRandomPoints({ rounds: 2, seed: Date.now() % 1_000_000 })).resolves.toBeUndefined();
  },
);
