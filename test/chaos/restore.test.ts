import { expect, test } from 'vitest';
import { breakOneObject } from '../app/restore/broken-stores.ts';
import { storm } from '../app/restore/disturbances.ts';
import { restoreRandomPoints } from '../app/restore/random-rounds.ts';
import { installedMajors } from '../servers/postgres-majors.ts';
import { seededRandom } from '../state/seeded-random.ts';

const ROUNDS = Number(process.env['RESTORE_ROUNDS'] ?? 200);
const FIRST_SEED = Number(process.env['RESTORE_SEED'] ?? 1000);
const ROUNDS_OF_ONE_SERVER = 20;
const BROKEN_OF_ONE_SERVER = 10;

// Each server has a history of its own, the majors by turns.
const servers = Array.from({ length: Math.ceil(ROUNDS / ROUNDS_OF_ONE_SERVER) }, (_, n) => ({
  seed: FIRST_SEED + n,
  rounds: Math.min(ROUNDS_OF_ONE_SERVER, ROUNDS - n * ROUNDS_OF_ONE_SERVER),
  major: installedMajors[n % installedMajors.length] ?? 18,
}));

test.each(servers)(
  'after a storm restores to random moments have every row of that moment, and what is broken is named (PostgreSQL $major, seed $seed)',
  { timeout: 3_600_000 },
  async ({ seed, rounds, major }) => {
    const random = seededRandom(seed + 500_000);
    const below = (limit: number) => Math.floor(random() * limit);
    const found: string[] = [];
    await restoreRandomPoints({ rounds, seed, major, disturbance: storm(below) }, async (place) => {
      for (let n = 0; n < BROKEN_OF_ONE_SERVER; n += 1) found.push(await breakOneObject(place, below));
    });
    expect(
      found.some((one) => one.endsWith('named')),
      found.join(', '),
    ).toBe(true);
  },
);
