import { expect, test } from 'vitest';
import { inDirectory } from './killed-backups/store-places.ts';
import { killedBackups } from './killed-backups/storm.ts';

// More of it, with buckets and PostgreSQL 15, is in `npm run test:chaos`.
test(
  'who copies is killed and begins again: what is called a backup is one, nothing is lost, and nothing is left behind',
  { timeout: 600_000 },
  async () => {
    const acts = ['full', 'wal after a gap', 'snapshot'];
    const told = await killedBackups({ seed: 41, rounds: acts.length, major: 18, place: inDirectory(), acts });
    expect(told).toHaveLength(acts.length);
  },
);
