import * as z from 'zod';
import { defineCheck, type Before } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { capped, countText, durationText, percentText } from '../wording.ts';
import { FRESHNESS_COLUMNS, type Freshness } from './freshness.ts';
import { largeRelations } from './large-relations.ts';
import { askPrimary } from './visibility.ts';

/** https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-STATISTICS */
const TABLE = `
  select t.oid::int8 as oid, pg_stat_get_live_tuples(t.oid) as "liveRows", ${FRESHNESS_COLUMNS},
         exists (select from pg_stat_progress_analyze p where p.relid = t.oid) as "analyzeRuns",
         coalesce((select not option_value::bool from pg_options_to_table(t.reloptions) where option_name = 'autovacuum_enabled'), false)
           as "switchedOff"
    from pg_class t where t.oid = any($1::oid[])`;

type Table = Freshness & {
  table: string;
  /** What the planner believes; -1: neither vacuumed nor analysed so far. */
  rows: number;
  liveRows: number;
  analyzeRuns: boolean;
  switchedOff: boolean;
};
type Sample = { tables: readonly Table[]; looked: number; more: number };

const Limits = z.strictObject({
  /** A plan for fewer rows is rarely a bad one. */
  leastRows: z.number().int().min(0).default(100_000),
  /** Changed since ANALYZE; autovacuum comes at a tenth by default. */
  warningRatio: z.number().min(0).default(0.5),
  /** Autovacuum had this long to come. */
  warningSeconds: z.number().min(0).default(86_400),
});
type Limits = z.infer<typeof Limits>;

/** Which large tables does the planner know nothing about, or nothing that is still true? */
export const statistics = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.statistics',
  engine: 'postgres',
  title: "Freshness of the planner's statistics",
  why: 'With statistics that are missing or old the planner guesses, and a query of milliseconds takes minutes.',
  explainedBy: ['schema', 'setting', 'restart', 'traffic'],
  limits: Limits,
  ask: { read: (target) => askPrimary(target, look) },
  judge: ({ read }, before, limits) =>
    read.tables.flatMap((one) => (one.rows < 0 ? never(one, before, limits) : stale(one, limits))).slice(0, 5),
});

async function look(primary: PostgresMember): Promise<Sample> {
  const { tables, moreTables } = await largeRelations(primary);
  if (tables.length === 0) return { tables: [], looked: 0, more: 0 };
  const oids = tables.map(({ oid }) => oid);
  const about = new Map(
    (await primary.query<Omit<Table, 'table' | 'rows'> & { oid: number }>(TABLE, [oids])).map(({ oid, ...one }) => [
      oid,
      one,
    ]),
  );
  const known = tables.flatMap(({ oid, name, rows }) => {
    const one = about.get(oid);
    return one ? [{ table: name, rows, ...one }] : [];
  });
  const worst = known
    .filter(({ rows, changedRows }) => rows < 0 || changedRows > 0)
    .toSorted((a, b) => b.changedRows - a.changedRows);
  return { tables: capped(worst, 20).shown, looked: known.length, more: moreTables };
}

/** A table that was just loaded is analysed within minutes: only one that still waits is a warning. */
function never(one: Table, before: Before<{ read: Sample }> | undefined, limits: Limits): Finding[] {
  const { table, liveRows, analyzeRuns } = one;
  if (liveRows < limits.leastRows) return [];
  const waited = before?.samples.read.tables.some((earlier) => earlier.table === table && earlier.rows < 0);
  const long = waited === true && (before?.secondsAgo ?? 0) >= 3600;
  const since = long ? ` for ${durationText(before?.secondsAgo ?? 0)} at least` : '';
  return [
    {
      key: `postgres.statistics:${table}`,
      severity: long && !analyzeRuns ? 'warning' : 'info',
      sentence: `Table \`${table}\` has ${countText(liveRows, 'row')} and was never analysed${since}${stateText(one)} (told from ${countText(limits.leastRows, 'row')}).`,
      measure: { value: liveRows, unit: 'rows', limit: limits.leastRows, step: liveRows },
      evidence: one,
      next: remedy(one),
    },
  ];
}

function stale(one: Table, limits: Limits): Finding[] {
  const { table, rows, changedRows, analyzedSecondsAgo, analyzeRuns } = one;
  const ratio = changedRows / Math.max(1, rows);
  if (changedRows < limits.leastRows || ratio < limits.warningRatio) return [];
  if (analyzedSecondsAgo !== null && analyzedSecondsAgo < limits.warningSeconds) return [];
  const ago =
    analyzedSecondsAgo === null ? 'the counters were reset' : `it was analysed ${durationText(analyzedSecondsAgo)} ago`;
  return [
    {
      key: `postgres.statistics:${table}`,
      // Without a time nobody knows how long autovacuum had.
      severity: analyzeRuns || analyzedSecondsAgo === null ? 'info' : 'warning',
      sentence: `${countText(changedRows, 'row')} of \`${table}\` (${percentText(ratio)} of what the planner knows, warning at ${percentText(limits.warningRatio)} after ${durationText(limits.warningSeconds)}) changed since ${ago}${stateText(one)}.`,
      measure: { value: changedRows, unit: 'changed rows', limit: limits.leastRows, step: Math.max(1, rows) },
      evidence: one,
      next: remedy(one),
    },
  ];
}

function stateText({ analyzeRuns, switchedOff }: Table): string {
  if (analyzeRuns) return '; ANALYZE works on it now';
  return switchedOff ? '; autovacuum is switched off for it' : '';
}

function remedy({ table, analyzeRuns }: Table): string {
  return analyzeRuns ? 'Let it finish.' : `ANALYZE ${table}; It reads a sample and blocks nobody.`;
}
