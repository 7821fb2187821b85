import type { PostgresMember } from '../../targets/postgres.ts';

/**
 * Since when this member counts. A crash or a new standby throws the counters away without a reset time for the database; the
 * shared ones then have it, of which each may also be reset alone, so the oldest of them counts.
 * https://www.postgresql.org/docs/current/monitoring-stats.html
 */
const AGE = `
  select extract(epoch from clock_timestamp() - greatest(
           (select stats_reset from pg_stat_database where datname = current_database()),
           least((select stats_reset from pg_stat_bgwriter), (select stats_reset from pg_stat_archiver),
                 (select stats_reset from pg_stat_wal))))::float8 as seconds`;

/** How long the counters of a member have been counting; undefined where the server does not say. */
export async function statisticsAgeSeconds(member: PostgresMember): Promise<number | undefined> {
  const [row] = await member.query<{ seconds: number | null }>(AGE);
  return row?.seconds ?? undefined;
}
