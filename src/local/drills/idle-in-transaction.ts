import type { Fleet } from '../fleet/index.ts';
import type { Drill } from './drill.ts';
import { holdSessions, isIdleInTransaction, pidOf } from './drill-sessions.ts';
import { until } from './until.ts';

/**
 * Only real time makes a session old: the environment `laptop` warns about sessions that are idle in transaction for 5 s, and
 * `on` waits a little longer than that.
 */
const seenAfterSeconds = 5.5;

/** `reporting` reads something and stays in its transaction. */
export function idleInTransaction(fleet: Fleet): Drill {
  const sessions = holdSessions(fleet);
  let pid = 0;
  const isOn = async () => pid !== 0 && (await isIdleInTransaction(fleet, pid, 0));
  const off = async () => {
    pid = 0;
    await sessions.closeAll();
  };
  return {
    name: 'idle-in-transaction',
    title: 'Forget a transaction',
    what: 'A session of reporting stays idle in its transaction and holds vacuum back (switching on takes 6 s).',
    on: async () => {
      if (await isOn()) return;
      await off();
      const session = await sessions.open('reporting');
      pid = await pidOf(session);
      await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await session.query('SELECT count(*) FROM customers');
      await until('the session to be old enough', () => isIdleInTransaction(fleet, pid, seenAfterSeconds));
    },
    off,
    isOn,
  };
}
