import { durationText, percentText } from '../wording.ts';

/**
 * Columns of a `Freshness`, of the table whose oid is `t.oid`; reads counters only.
 * https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-STATS-FUNCTIONS
 */
export const FRESHNESS_COLUMNS = `
  pg_stat_get_mod_since_analyze(t.oid) as "changedRows",
  extract(epoch from clock_timestamp() - greatest(pg_stat_get_last_analyze_time(t.oid),
    pg_stat_get_last_autoanalyze_time(t.oid)))::float8 as "analyzedSecondsAgo"`;

/** How old the planner's statistics of a table are. */
export type Freshness = {
  changedRows: number;
  /** Null: never, or the counters were reset since. */
  analyzedSecondsAgo: number | null;
};

/** Twice what autovacuum waits for by default: past this an estimate says more about the statistics than about the table. */
export const STALE_RATIO = 0.2;

/** Pure: why no estimate can be built on the statistics of a table with so many rows; undefined where one can. */
export function whyStale({ changedRows, analyzedSecondsAgo }: Freshness, rows: number): string | undefined {
  if (rows < 0) return 'never analysed';
  if (analyzedSecondsAgo === null) return 'not analysed since the counters were reset';
  const ratio = changedRows / Math.max(1, rows);
  if (ratio <= STALE_RATIO) return undefined;
  return `${percentText(ratio)} of its rows changed since it was analysed ${durationText(analyzedSecondsAgo)} ago`;
}
