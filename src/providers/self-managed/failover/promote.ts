import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import type { FailoverOrder } from '../../../targets/failover.ts';
import type { Ask } from '../switchover/sessions.ts';
import { receivedKey } from './identity.ts';

/**
 * The server itself looks once more whether it hears from a primary, and whether it has what was approved and no more: a process that
 * slept meanwhile promotes nothing. https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL
 */
const PROMOTE = `
  select case when pg_is_in_recovery()
               and greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) = $1::pg_lsn
               and not exists (select from pg_stat_wal_receiver
                                where status = 'streaming' and last_msg_receipt_time > clock_timestamp() - interval '10 seconds')
              then pg_promote(false) end as promoting`;
const IS_PRIMARY = `select not pg_is_in_recovery() as "isPrimary"`;

/** All that was received is replayed already: longer than this means that something is wrong. */
const PATIENCE_MS = 20_000;

/** Promotes once. Throws a Fault `timed_out` where nobody knows whether it will. */
export async function promote(ask: Ask, { to, identity }: FailoverOrder): Promise<'promoted' | 'not any more'> {
  const [row] = await ask<{ promoting: boolean | null }>(PROMOTE, [identity[receivedKey(to)]]);
  if (row?.promoting === null) return 'not any more';
  for (const untilMs = performance.now() + PATIENCE_MS; performance.now() < untilMs;) {
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
    const [now] = await ask<{ isPrimary: boolean }>(IS_PRIMARY);
    if (now?.isPrimary) return 'promoted';
    // oxlint-disable-next-line no-await-in-loop -- the same
    await sleep(20);
  }
  throw new Fault('timed_out', `it was told to take over, and had not after ${PATIENCE_MS / 1000} seconds`);
}
