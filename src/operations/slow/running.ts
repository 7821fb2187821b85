import type { RunningStatement } from '../../core/statement.ts';
import type { PostgresMember } from '../../targets/postgres.ts';
import { readShape, shapeReader } from './shape.ts';

/** Less than that is counted a moment later. */
const LEAST_SECONDS = 0.1;
const MOST_SESSIONS = 500;
const MOST_STATEMENTS = 20;

/**
 * What client sessions run at this moment: a statement is counted when it ends, so one that never does is in no counter. Who
 * waits for a lock runs as well.
 * https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
 */
const RUNNING = `
  select query, application_name as application, wait_event_type is not distinct from 'Lock' as "waitsForLock",
         extract(epoch from clock_timestamp() - query_start)::float8 as seconds
    from pg_stat_activity
   where state = 'active' and backend_type = 'client backend' and pid <> pg_backend_pid() and query <> ''
     and usename <> current_user and clock_timestamp() - query_start > interval '${LEAST_SECONDS} s'
   order by query_start limit ${MOST_SESSIONS}`;
type Row = { query: string; application: string; seconds: number; waitsForLock: boolean };

/** By statement and application; literals go before anything leaves the room. */
export async function runningOn(member: PostgresMember): Promise<RunningStatement[]> {
  const rows = await member.query<Row>(RUNNING);
  const reader = shapeReader();
  const read = rows.map(({ query, ...row }) => ({ ...readShape(reader, query), ...row }));
  return [...Map.groupBy(read, ({ shape, application }) => `${shape} ${application}`).values()]
    .map(together)
    .toSorted((a, b) => b.totalSeconds - a.totalSeconds)
    .slice(0, MOST_STATEMENTS);
}

type Read = { shape: string; text: string } & Omit<Row, 'query'>;

function together(sessions: readonly Read[]): RunningStatement {
  const [first] = sessions;
  const seconds = sessions.map((session) => session.seconds);
  return {
    shape: first?.shape ?? '',
    text: first?.text ?? '',
    application: first?.application ?? '',
    sessions: sessions.length,
    longestSeconds: Math.max(...seconds),
    totalSeconds: seconds.reduce((sum, one) => sum + one, 0),
    lockWaits: sessions.filter(({ waitsForLock }) => waitsForLock).length,
  };
}
