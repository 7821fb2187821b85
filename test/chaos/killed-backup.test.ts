import { expect, test } from 'vitest';
import { inBucket, inDirectory } from '../app/killed-backups/store-places.ts';
import { killedBackups } from '../app/killed-backups/storm.ts';
import { installedMajors } from '../servers/postgres-majors.ts';

/** How many deaths, and the first seed: a world that failed is repeated by its seed alone. */
const ROUNDS = Number(process.env['BACKUP_ROUNDS'] ?? 60);
const FIRST_SEED = Number(process.env['BACKUP_SEED'] ?? 7000);
const ROUNDS_OF_ONE_WORLD = 10;

// Each world has servers and a store of its own, the majors and the kinds of store by turns.
const worlds = Array.from({ length: Math.ceil(ROUNDS / ROUNDS_OF_ONE_WORLD) }, (_, n) => ({
  seed: FIRST_SEED + n,
  rounds: Math.min(ROUNDS_OF_ONE_WORLD, ROUNDS - n * ROUNDS_OF_ONE_WORLD),
  major: installedMajors[n % installedMajors.length] ?? 18,
  store: Math.floor(n / installedMajors.length) % 2 === 0 ? 'directory' : 'bucket',
}));

test.each(worlds)(
  'whoever copies is killed anywhere: no backup is called good that is not, and nothing is lost (PostgreSQL $major, $store, seed $seed)',
  { timeout: 3_600_000 },
  async ({ seed, rounds, major, store }) => {
    const place = store === 'bucket' ? await inBucket() : inDirectory();
    const told = await killedBackups({ seed, rounds, major, place });
    expect(told).toHaveLength(rounds);
  },
);
