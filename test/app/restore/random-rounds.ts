import { rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { PostgresBackupRecord } from '../../../src/core/backup.ts';
import type { RestoreTarget } from '../../../src/backups/restore/target.ts';
import { createDirectoryStore } from '../../../src/state/backup-store/directory.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { makeServerDirectory } from '../../servers/room.ts';
import { seededRandom } from '../../state/seeded-random.ts';
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
  'VACUUM orders',
  'CREATE TABLE IF NOT EXISTS extra_$m AS SELECT g FROM generate_series(1, $n % 900) g',
  'DROP TABLE IF EXISTS extra_$m',
  "SELECT pg_logical_emit_message(false, 'fill', repeat('x', 900000)) FROM generate_series(1, 3)",
  'SELECT pg_switch_wal()',
  'CHECKPOINT',
];

/**
 * Random work with backups, increments and drains in between; then so many restores to random points, each of which has to be the
 * database of that moment, row by row.
 */
export async function restoreRandomPoints(rounds: number, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const directory = makeServerDirectory('rounds');
  await chmod(directory, 0o755);
  const server = await startTestPostgres({ settings: { max_slot_wal_keep_size: '2GB', summarize_wal: 'on' } });
  try {
    const store = createDirectoryStore({ name: 'primary', directory: join(directory, 'store') });
    await server.query('CREATE TABLE orders (id int, what text)');
    await drainAll(server, store);
    let parent: PostgresBackupRecord = await backUp(server, store);
    const points: Point[] = [];
    for (let step = 0; step < rounds * 2 + 6; step += 1) {
      const n = below(5000);
      await server.query((WORK[below(WORK.length)] ?? '').replaceAll('$n', String(n)).replaceAll('$m', String(n % 3)));
      points.push(await pointOf(server));
      if (below(3) === 0) await drainAll(server, store);
      if (step % 5 === 4) parent = await backUp(server, store, below(4) === 0 ? undefined : parent);
    }
    await drainAll(server, store);
    for (let round = 0; round < rounds; round += 1) {
      const point = points[below(points.length)] ?? { sums: '', lsn: '', at: '' };
      const to: RestoreTarget = below(2) === 0 ? { kind: 'lsn', lsn: point.lsn } : { kind: 'time', at: point.at };
      const into = join(directory, `round-${round}`);
      expect(await restoredSums({ store, to, into }), `seed ${seed}, round ${round}: ${JSON.stringify(to)}`).toBe(
        point.sums,
      );
      rmSync(into, { recursive: true, force: true });
    }
  } finally {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function pointOf(server: TestPostgres): Promise<Point> {
  const sums = await sumsOf(server.url);
  const [row] = await server.query<{ lsn: string; at: Date }>(NOW);
  return { sums, lsn: row?.lsn ?? '', at: row?.at.toISOString() ?? '' };
}
