import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import type { FailoverOrder } from '../../../targets/failover.ts';
import type { Ask } from '../switchover/sessions.ts';
import { receivedKey } from './identity.ts';

/**
 * The server itself looks once more whether it hears from a primary, and whether it has what was approved and no more: a process that
 * slept meanwhile promotes nothing. What it found is read before it is told.
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL
 */
const PROMOTE = `
  with now as materialized (
    select pg_is_in_recovery() as waits,
           coalesce(greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) = $1::pg_lsn, false) as same,
           exists (select from pg_stat_wal_receiver
                    where status = 'streaming' and last_msg_receipt_time > clock_timestamp() - interval '10 seconds') as hears)
  select waits, same, hears, case when waits and same and not hears then pg_promote(false) end as promoting from now`;
const IS_PRIMARY = `select not pg_is_in_recovery() as "isPrimary"`;

/** All that was received is replayed already: longer than this means that something is wrong. */
const PATIENCE_MS = 20_000;

/** Why it was not told to take over: it is a primary already, it hears from one, or it has not what was approved. */
export type Promotion = 'promoted' | 'is a primary' | 'hears' | 'has moved';

/** Promotes once. Throws a Fault `timed_out` where nobody knows whether it will. */
export async function promote(ask: Ask, { to, identity }: FailoverOrder): Promise<Promotion> {
  const [row] = await ask<Found>(PROMOTE, [identity[receivedKey(to)]]);
  const why = row && whyNot(row);
  if (why) return why;
  for (const untilMs = performance.now() + PATIENCE_MS; performance.now() < untilMs;) {
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
    const [now] = await ask<{ isPrimary: boolean }>(IS_PRIMARY);
    if (now?.isPrimary) return 'promoted';
    // oxlint-disable-next-line no-await-in-loop -- the same
    await sleep(20);
  }
  throw new Fault('timed_out', `it was told to take over, and had not after ${PATIENCE_MS / 1000} seconds`);
}

type Found = { waits: boolean; same: boolean; hears: boolean };

function whyNot({ waits, same, hears }: Found): Exclude<Promotion, 'promoted'> | undefined {
  if (!waits) return 'is a primary';
  if (hears) return 'hears';
  return same ? undefined : 'has moved';
}
