import type { PostgresMember } from '../../targets/postgres.ts';
import type { Entry } from './find-statement.ts';
import { createShaper } from './statement-id.ts';

/** https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW */
const RUNNING = `
  select query, datname as database, usename as role from pg_stat_activity
   where state = 'active' and backend_type = 'client backend' and pid <> pg_backend_pid() and query <> '' and usename <> current_user
   order by query_start limit 500`;
type Row = { query: string; database: string | null; role: string | null };

const NOT_COUNTED = {
  calls: 0,
  totalMs: 0,
  deviationMs: 0,
  rows: 0,
  hitBlocks: 0,
  readBlocks: 0,
  temporaryBlocks: 0,
};

/** What runs at this moment, of the statements whose id begins as asked, with parameters where the values were. */
export async function runningEntries(
  member: PostgresMember,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Entry[]>> {
  const shape = createShaper();
  const rows = await member.query<Row>(RUNNING);
  const entries = rows.flatMap(({ query, database, role }): Entry[] => {
    const { id, text } = shape(query);
    if (!ids.some((asked) => id.startsWith(asked))) return [];
    const found = `It runs on ${member.name} at this moment; it is counted when it ends.`;
    return [{ ...NOT_COUNTED, queryId: '', database, role, id, text, sql: withParameters(text), found }];
  });
  return Map.groupBy(entries, ({ id }) => id);
}

/** Pure: as pg_stat_statements would write it; the values themselves are not sent back to the server. */
export function withParameters(shape: string): string {
  let count = 0;
  return shape.replaceAll(/(?<!["\w?@])\?(?!["\w?|&])/g, () => `$${++count}`);
}
