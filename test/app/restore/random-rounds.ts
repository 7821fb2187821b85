import { rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { PostgresBackupRecord } from '../../../src/core/backup.ts';
import type { RestoreTarget } from '../../../src/backups/restore/target.ts';
import type { BackupStore } from '../../../src/core/backup-store.ts';
import { createDirectoryStore } from '../../../src/state/backup-store/directory.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { QUICK } from '../../providers/self-managed/backup/backing-up.ts';
import type { PostgresMajor } from '../../servers/postgres-majors.ts';
import { makeServerDirectory } from '../../servers/room.ts';
import { seededRandom } from '../../state/seeded-random.ts';
import type { Whole } from './broken-stores.ts';
import { calm, type Disturbance } from './disturbances.ts';
import { backUp, drainAll, restoredSums, sumsOf } from './restored.ts';

type Point = { sums: string; lsn: string; at: string };

const NOW = `SELECT pg_current_wal_insert_lsn()::text AS lsn,
  date_trunc('milliseconds', clock_timestamp()) + interval '1 ms' AS at, pg_sleep(0.005)`;
/** What an application and its owner do; `$n` is a random number. */
const WORK = [
  'INSERT INTO orders SELECT g, md5(g::text) FROM generate_series($n, $n + 400) g',
  'UPDATE orders SET what = what || $n WHERE id % 7 = $n % 7',
  'DELETE FROM orders WHERE id % 11 = $n % 11',
  'TRUNCATE orders',
  'DELETE FROM orders WHERE id > $n',
  'VACUUM orders',
  'VACUUM FULL orders',
  "INSERT INTO orders SELECT g, (SELECT string_agg(md5(g::text || i), '') FROM generate_series(1, 3000) i) FROM generate_series($n, $n + 3) g",
  'CREATE INDEX IF NOT EXISTS orders_id ON orders (id)',
  'CREATE TABLE IF NOT EXISTS extra_$m AS SELECT g FROM generate_series(1, $n % 900) g',
  'DROP TABLE IF EXISTS extra_$m',
  "SELECT pg_logical_emit_message(false, 'fill', repeat('x', 900000)) FROM generate_series(1, 3)",
  'SELECT pg_switch_wal()',
  'CHECKPOINT',
];

export type Rounds = { rounds: number; seed: number; major?: PostgresMajor; disturbance?: Disturbance };
type World = {
  server: TestPostgres;
  store: BackupStore;
  below(limit: number): number;
  disturbance: Disturbance;
};

/**
 * Random work with backups, increments and drains before, after and beside it, disturbed or not; then so many restores to random points,
 * each of which has to be the database of that moment, row by row. Leaves the store to `then`.
 */
export async function restoreRandomPoints(
  { rounds, seed, major = 18, disturbance = calm }: Rounds,
  then: (store: Whole) => Promise<void> = async () => undefined,
): Promise<void> {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const directory = makeServerDirectory('rounds');
  await chmod(directory, 0o755);
  const settings = { ...QUICK, max_slot_wal_keep_size: '2GB', ...(major === 18 ? { summarize_wal: 'on' } : {}) };
  const server = await startTestPostgres({ major, settings });
  try {
    const stored = join(directory, 'store');
    const store = createDirectoryStore({ name: 'primary', directory: stored });
    const points = await makeHistory({ server, store, below, disturbance }, rounds * 2 + 6, major === 18);
    for (let round = 0; round < rounds; round += 1) {
      const point = points[below(points.length)] ?? { sums: '', lsn: '', at: '' };
      const to: RestoreTarget = below(2) === 0 ? { kind: 'lsn', lsn: point.lsn } : { kind: 'time', at: point.at };
      const into = join(directory, `round-${round}`);
      expect(await restoredSums({ store, to, into }), `seed ${seed}, round ${round}: ${JSON.stringify(to)}`).toBe(
        point.sums,
      );
      rmSync(into, { recursive: true, force: true });
    }
    await then({ directory: stored, ...(points.at(-1) ?? { sums: '', lsn: '' }) });
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The points of a history to which all of it can be brought back. */
async function makeHistory(world: World, steps: number, hasIncrements: boolean): Promise<Point[]> {
  const { server, store, below, disturbance } = world;
  await server.query('CREATE TABLE orders (id int, what text)');
  await drainAll(server, store);
  let parent: PostgresBackupRecord | undefined = await backUp(server, store);
  const points: Point[] = [];
  for (let step = 0; step < steps; step += 1) {
    await work(world);
    points.push(await pointOf(server));
    if (below(3) === 0) await disturbance.during(world, drainAll);
    if (step % 5 !== 4) continue;
    const onto: PostgresBackupRecord | undefined = hasIncrements && below(4) > 0 ? parent : undefined;
    const [taken] = await Promise.all([
      disturbance.during(world, (to, into): Promise<PostgresBackupRecord> => backUp(to, into, onto)),
      workSome(world),
    ]);
    parent = taken ?? parent;
  }
  await drainAll(server, store);
  return points;
}

async function workSome(world: World): Promise<void> {
  for (let left = world.below(4); left > 0; left -= 1) await work(world);
}

async function work({ server, below }: World): Promise<void> {
  const n = below(5000);
  await server.query((WORK[below(WORK.length)] ?? '').replaceAll('$n', String(n)).replaceAll('$m', String(n % 3)));
}

async function pointOf(server: TestPostgres): Promise<Point> {
  const sums = await sumsOf(server.url);
  const [row] = await server.query<{ lsn: string; at: Date }>(NOW);
  return { sums, lsn: row?.lsn ?? '', at: row?.at.toISOString() ?? '' };
}
