import { expect } from 'vitest';
import type { BackupStore } from '../../../../src/core/backup-store.ts';
import { storedWal, type StoredWal } from '../../../../src/backups/wal/stored.ts';
import { createSecrets, openTarget } from '../../../../src/providers/index.ts';
import { drainWal } from '../../../../src/providers/self-managed/backup/drain-wal.ts';
import { collect } from '../../../contracts/backup-store.ts';
import type { TestPostgres, TestPostgresMember } from '../../../servers.ts';

export const SEGMENT_BYTES = 16 * 1024 ** 2;
/** The servers of one test file; `primary` is who takes writes now. */
export const world = {} as { server: TestPostgres; primary: TestPostgresMember };

export async function drain(store: BackupStore, signal = new AbortController().signal, second?: BackupStore) {
  const { resolve } = createSecrets((name) => world.server.environment[name]);
  const options = { secret: resolve, connectTimeoutMs: 30_000, queryTimeoutMs: 30_000 };
  const target = await openTarget(world.server.spec, 'copy', options);
  if (target.engine !== 'postgres') throw new Error('not PostgreSQL');
  try {
    return await drainWal({ spec: world.server.spec, options, target }, { store, signal, ...(second && { second }) });
  } finally {
    await target.close();
  }
}

export async function drained(store: BackupStore, second?: BackupStore) {
  const answer = await drain(store, undefined, second);
  if (!('done' in answer)) throw new Error('refused' in answer ? answer.refused : 'somebody follows it');
  return answer;
}

export const flushed = async () => {
  const [row] = await world.primary.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn()::text AS lsn');
  return row?.lsn ?? '';
};
export const dropSlot = () =>
  world.primary.query(
    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'nightshift'",
  );
export const stored = async (store: BackupStore): Promise<StoredWal[]> =>
  (await collect(store.list(''))).flatMap((object) => storedWal(object, SEGMENT_BYTES) ?? []);
export const write = (megabytes: number) =>
  world.primary.query(
    `SELECT count(pg_logical_emit_message(false, 'fill', repeat('x', 1000000))) FROM generate_series(1, ${megabytes})`,
  );
/** An answer that cannot be had while somebody else still reads is asked for again. */
export const slotIsFree = async () => {
  const FREE = "SELECT 1 FROM pg_replication_slots WHERE slot_name = 'nightshift' AND active_pid IS NULL";
  await expect.poll(() => world.primary.query(FREE), { timeout: 60_000 }).toHaveLength(1);
};
