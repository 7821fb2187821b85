import type pg from 'pg';
import type { Fleet } from '../fleet/index.ts';

/** Connections that a drill holds open on the primary, each under an application's name. */
export type DrillSessions = {
  open(applicationName: string): Promise<pg.Client>;
  isEmpty(): boolean;
  closeAll(): Promise<void>;
};

/** Sessions end with `closeAll`, whatever they are waiting for: the server sees their client go. */
export function holdSessions({ postgres }: Fleet): DrillSessions {
  const held: pg.Client[] = [];
  return {
    open: async (applicationName) => {
      const primary = await postgres.primary();
      if (!primary) throw new Error('no server takes writes: switch the other drills off first');
      const client = await primary.connectAs(applicationName);
      held.push(client);
      return client;
    },
    isEmpty: () => held.length === 0,
    closeAll: async () => {
      await Promise.all(held.splice(0).map((client) => client.end().catch(() => {})));
    },
  };
}

const IDLE_IN_TRANSACTION = `
  SELECT FROM pg_stat_activity
   WHERE pid = $1 AND state = 'idle in transaction' AND clock_timestamp() - state_change > make_interval(secs => $2)`;

/** Has this session been idle in its transaction for longer than so many seconds? */
export async function isIdleInTransaction({ postgres }: Fleet, pid: number, seconds: number): Promise<boolean> {
  const primary = await postgres.primary();
  return primary !== undefined && (await primary.query(IDLE_IN_TRANSACTION, [pid, seconds])).length > 0;
}

/** The server process behind a connection. */
export async function pidOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}
