import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { chooseRestore } from '../../../src/backups/restore/choose.ts';
import type { RestoreTarget } from '../../../src/backups/restore/target.ts';
import { readSources } from '../../../src/app/restore/read-sources.ts';
import { restore, type Restored } from '../../../src/app/restore/restore.ts';
import type { PostgresBackupRecord } from '../../../src/core/backup.ts';
import type { BackupStore } from '../../../src/core/backup-store.ts';
import { createSecrets, openTarget } from '../../../src/providers/index.ts';
import { backupsOf } from '../../../src/providers/self-managed/backups.ts';
import { drainWal } from '../../../src/providers/self-managed/backup/drain-wal.ts';
import type { WalDrained } from '../../../src/targets/backups.ts';
import type { TestPostgres } from '../../servers.ts';
import { testPasswords } from '../../servers/passwords.ts';
import { recordServer } from '../../servers/room.ts';

const signal = new AbortController().signal;
let labels = 0;

/** A no where a test wants a yes. */
class Refused extends Error {
  override readonly name = 'Refused';
}

async function withPlace<R>(
  server: TestPostgres,
  use: (place: Parameters<typeof drainWal>[0]) => Promise<R>,
): Promise<R> {
  const { resolve } = createSecrets((name) => server.environment[name]);
  const options = { secret: resolve, connectTimeoutMs: 30_000, queryTimeoutMs: 30_000, deadlineMs: 900_000 };
  const target = await openTarget(server.spec, 'copy', options);
  if (target.engine !== 'postgres') throw new Error('not PostgreSQL');
  try {
    return await use({ spec: server.spec, options, target });
  } finally {
    await target.close();
  }
}

/** A full backup, or an increment of one. */
export async function backUp(
  server: TestPostgres,
  store: BackupStore,
  parent?: PostgresBackupRecord,
): Promise<PostgresBackupRecord> {
  labels += 1;
  const label = `20261129T0${String(100000 + labels).slice(1)}Z-test`;
  const work = { store, label, run: 'test', compression: 'gzip' as const, progress: () => undefined, signal };
  const taken = await withPlace(server, (place) => {
    const copies = backupsOf(place);
    return parent === undefined ? copies.full(work) : copies.incremental(work, parent);
  });
  if ('refused' in taken) throw new Refused(taken.refused);
  return taken.done;
}

/** Stores all that was written until now. */
export async function drainAll(server: TestPostgres, store: BackupStore): Promise<WalDrained> {
  const INSERTED = 'SELECT pg_current_wal_insert_lsn()::text AS lsn';
  const [{ lsn } = { lsn: '' }] = await server.query<{ lsn: string }>(INSERTED);
  const IS_FLUSHED = 'SELECT pg_current_wal_flush_lsn() >= $1::pg_lsn AS done';
  for (;;) {
    // A commit that waits for its WAL takes all before it along.
    await server.query("SET synchronous_commit = on; SELECT pg_logical_emit_message(true, 'flush', '')");
    if ((await server.query<{ done: boolean }>(IS_FLUSHED, [lsn]))[0]?.done) break;
  }
  for (;;) {
    const answer = await withPlace(server, (place) => drainWal(place, { store, signal }));
    if ('done' in answer) return answer.done;
    if ('followed' in answer) throw new Error('somebody follows it');
    // A server notices only after a while that a reader was cut off.
    if (!answer.refused.startsWith('somebody reads from the slot')) throw new Refused(answer.refused);
    await sleep(100);
  }
}

/** Sums of all tables of the database `shop`, as text. */
export async function sumsOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    );
    const sums: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t ORDER BY 1`);
      sums.push(
        `${name} ${rows.length} ${createHash('md5')
          .update(rows.map(({ row }) => row).join('\n'))
          .digest('hex')}`,
      );
    }
    return sums.join('\n');
  } finally {
    await client.end();
  }
}

export type Asked = { store: BackupStore; to: RestoreTarget; into: string; label?: string };

export async function restored(asked: Asked): Promise<Restored> {
  const answer = await restore({ target: 'shop-db', ...asked }, { step: () => undefined, bytes: () => undefined });
  if ('refused' in answer) throw new Refused(answer.refused);
  if ('server' in answer.done.started) recordServer(answer.done.started.server.pid, 'restored');
  return answer.done;
}

/** Restores, sums all tables up on the server that was started, and stops it. */
export async function restoredSums(asked: Asked): Promise<string> {
  const { started } = await restored(asked);
  if ('notStarted' in started) throw new Error(started.notStarted);
  try {
    return await sumsOf(`postgres://postgres:${testPasswords.superuser}@127.0.0.1:${started.server.port}/shop`);
  } finally {
    await started.server.stop('immediate');
  }
}

export async function chosenFor(store: BackupStore, to: RestoreTarget) {
  return chooseRestore(await readSources(store, 'shop-db'), to);
}
