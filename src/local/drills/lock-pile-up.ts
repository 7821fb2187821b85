import type { Fleet } from '../fleet/index.ts';
import type { Drill } from './drill.ts';
import { holdSessions, isIdleInTransaction, pidOf } from './drill-sessions.ts';
import { until } from './until.ts';

const victims = 12;
/** The lock check looks away from a queue that is younger than a second. */
const seenAfterSeconds = 1.5;

const TAKE_ROW = `UPDATE products SET stock = stock WHERE id = 1`;
const WAITING = `
  SELECT FROM pg_stat_activity WHERE application_name = 'shop-web' AND wait_event_type = 'Lock'
     AND clock_timestamp() - query_start > make_interval(secs => $1)`;

/** `billing` changes one row and forgets to commit; every `shop-web` session that sells that product waits. */
export function lockPileUp(fleet: Fleet): Drill {
  const sessions = holdSessions(fleet);
  let blockerPid = 0;
  const isOn = async () => blockerPid !== 0 && (await isIdleInTransaction(fleet, blockerPid, 0));
  const off = async () => {
    blockerPid = 0;
    await sessions.closeAll();
  };
  return {
    name: 'lock-pile-up',
    title: 'Pile up locks',
    what: `One session of billing is idle in its transaction and holds a row; ${victims} sessions of shop-web wait for it.`,
    on: async () => {
      if (await isOn()) return;
      await off();
      const blocker = await sessions.open('billing');
      // Before the rest: what it did last is what a report shows.
      blockerPid = await pidOf(blocker);
      await blocker.query('BEGIN');
      await blocker.query(TAKE_ROW);
      const waiters = await Promise.all(Array.from({ length: victims }, () => sessions.open('shop-web')));
      // They wait until the blocker or this drill ends.
      for (const waiter of waiters) waiter.query(TAKE_ROW).catch(() => {});
      await until('the sessions to wait', () => areWaiting(fleet));
    },
    off,
    isOn,
  };
}

async function areWaiting({ postgres }: Fleet): Promise<boolean> {
  const primary = await postgres.primary();
  return ((await primary?.query(WAITING, [seenAfterSeconds])) ?? []).length >= victims;
}
