import { expect, test } from 'vitest';
import { restoreRandomPoints } from '../app/restore/random-rounds.ts';

const ROUNDS = Number(process.env['RESTORE_ROUNDS'] ?? 200);
const ROUNDS_OF_ONE_SERVER = 20;

// Each server has a history of its own.
const seeds = Array.from({ length: Math.ceil(ROUNDS / ROUNDS_OF_ONE_SERVER) }, (_, n) => 1000 + n);

test.each(seeds)(
  'restores to random moments have every row of that moment (seed %i)',
  { timeout: 3_600_000 },
  async (seed) => {
    const rounds = Math.min(ROUNDS_OF_ONE_SERVER, ROUNDS - (seed - 1000) * ROUNDS_OF_ONE_SERVER);
    await expect(restoreRandomPoints(rounds, seed)).resolves.toBeUndefined();
  },
);
