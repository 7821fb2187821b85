import type { Fleet } from '../fleet/index.ts';
import type { Drill } from './drill.ts';
import { until } from './until.ts';

const slot = 'warehouse_copy';
const writtenMiB = 160;
/** A slice of it, so that the standby keeps up and nobody waits for one long statement. */
const sliceMiB = 16;

/** https://www.postgresql.org/docs/18/functions-admin.html#FUNCTIONS-REPLICATION */
const CREATE = `SELECT pg_create_physical_replication_slot('${slot}', true)`;
/** Messages are WAL and nothing else: no table grows. */
const WRITE = `SELECT count(pg_logical_emit_message(false, 'drill', repeat('x', 1048576))) FROM generate_series(1, $1::int)`;
const DROP = `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '${slot}'`;
const KEEPS = `SELECT FROM pg_replication_slots WHERE slot_name = '${slot}'`;
const CAUGHT_UP = `
  SELECT FROM pg_stat_replication HAVING coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)), 0) < 1048576`;

/**
 * A copy was given up and its slot forgotten. The disk is safe: the servers give up a slot that keeps 512 MB
 * (max_slot_wal_keep_size), and the next start drops what a killed demo has left.
 */
export function slotLeftBehind({ postgres }: Fleet): Drill {
  const isOn = async () => ((await (await postgres.primary())?.query(KEEPS)) ?? []).length > 0;
  return {
    name: 'slot-left-behind',
    title: 'Leave a slot behind',
    what: `A replication slot without a reader (${slot}), and ${writtenMiB} MB of WAL that it keeps. Watch for: which slot, how much, how much is left.`,
    on: async () => {
      if (await isOn()) return;
      const primary = await postgres.primary();
      if (!primary) throw new Error('no server takes writes: switch the other drills off first');
      await primary.query(CREATE);
      for (let written = 0; written < writtenMiB; written += sliceMiB) await primary.query(WRITE, [sliceMiB]);
      await until('the replica to have it all', async () => (await primary.query(CAUGHT_UP)).length > 0);
    },
    off: async () => {
      const primary = await postgres.primary();
      await primary?.query(DROP);
      // What the slot has kept is let go at a checkpoint.
      await primary?.query('CHECKPOINT');
    },
    isOn,
  };
}
