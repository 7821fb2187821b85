import * as z from 'zod';
import { defineCheck, type Before, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { Metric } from '../../core/metric.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { percentLimits } from '../metric-limits.ts';
import { countText, durationText, percentText } from '../wording.ts';
import { initDatabaseFix } from './init-database.ts';
import { readPositions, type Position } from './sequence-positions.ts';
import { NO_PRIMARY } from './visibility.ts';

/**
 * The columns that are filled from these sequences: serial and identity columns own theirs, any other has it in its default.
 * https://www.postgresql.org/docs/current/catalog-pg-depend.html
 */
const COLUMNS = `
  with feeds as (
    select d.objid as sequence, d.refobjid as relation, d.refobjsubid as attribute
      from pg_depend d
     where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
       and d.refobjsubid > 0 and d.objid = any($1::oid[])
    union
    select d.refobjid, f.adrelid, f.adnum
      from pg_depend d join pg_attrdef f on f.oid = d.objid
     where d.classid = 'pg_attrdef'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = any($1::oid[]))
  select f.sequence::int8 as sequence, quote_ident(n.nspname) || '.' || quote_ident(c.relname) as "table", quote_ident(a.attname) as "column",
         format_type(a.atttypid, null) as type,
         case a.atttypid when 'int2'::regtype then 32767 when 'int4'::regtype then 2147483647
                         when 'int8'::regtype then 9223372036854775807 end as most
    from feeds f join pg_attribute a on a.attrelid = f.relation and a.attnum = f.attribute and not a.attisdropped
    join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
   order by most, 2, 3`;

/** A metric each; of more nobody looks at the pictures. */
const MOST_FOLLOWED = 3;

type Column = { sequence: number; table: string; column: string; type: string; most: number | string | null };
/** A sequence with the narrowest column that it feeds. */
type Used = {
  sequence: string;
  fed: string | null;
  type: string | null;
  value: number;
  most: number;
  usedRatio: number;
  cycles: boolean;
};
type Sample = { database: string; count: number; unread: number; fullest: readonly Used[] };

const Limits = z.strictObject({
  warningRatio: z.number().min(0).max(1).default(0.75),
  criticalRatio: z.number().min(0).max(1).default(0.9),
});
type Limits = z.infer<typeof Limits>;

/** Which sequence, or the integer column behind it, runs out of numbers? */
export const sequences = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.sequences',
  engine: 'postgres',
  title: 'Sequences and the columns they fill',
  why: 'At the end of a sequence or of an int4 key every insert fails, and widening the column of a large table takes hours.',
  explainedBy: ['traffic', 'statement', 'schema'],
  limits: Limits,
  ask: { read: async ({ primary }) => (primary ? await look(primary) : NO_PRIMARY) },
  judge: ({ read }, before, limits) =>
    read.fullest.flatMap((used) => (used.usedRatio >= limits.warningRatio ? [findingOf(used, limits, before)] : [])),
  metrics: ({ read }, _before, limits) => read.fullest.filter(isFollowed).map((used) => metricOf(used, limits)),
  facts({ read: { database, count, unread, fullest } }) {
    const [most] = fullest;
    if (!most) return [];
    const rest = unread > 0 ? `; ${unread.toLocaleString('en-US')} little used or locked ones not read` : '';
    return [
      {
        label: 'Fullest sequence',
        value: `${percentText(most.usedRatio)} of ${countText(count, 'sequence')} in ${database}${rest}`,
      },
    ];
  },
});

async function look(primary: PostgresMember): Promise<Seen<Sample>> {
  const read = await readPositions(primary);
  if ('hidden' in read) {
    const { role, database, hidden } = read;
    return {
      skipped: `${role} does not see how far ${countText(hidden, 'sequence')} in ${database} came`,
      fix: initDatabaseFix(database, role),
    };
  }
  const { database, count, unread, positions } = read;
  // Below half of the narrowest type there is nothing to find, whatever column is behind it.
  const candidates = positions.filter((one) => usedOf(one) >= 0.5 || one.value >= 16_384);
  const columns = candidates.length > 0 ? await primary.query<Column>(COLUMNS, [candidates.map(({ oid }) => oid)]) : [];
  const narrowest = new Map(columns.toReversed().map((column) => [column.sequence, column]));
  const fullest = candidates.map((one) => usage(one, narrowest.get(one.oid)));
  return {
    sample: { database, count, unread, fullest: fullest.toSorted((a, b) => b.usedRatio - a.usedRatio).slice(0, 20) },
  };
}

/** How much of its own range a sequence has used; a descending one counts down from its maximum. */
function usedOf({ value, least, most, step }: Position): number {
  const range = Math.max(1, most - least);
  return step > 0 ? (value - least) / range : (most - value) / range;
}

function usage(position: Position, column: Column | undefined): Used {
  const { name, value, most, step, cycles } = position;
  const own = {
    sequence: name,
    value,
    cycles,
    fed: column ? `${column.table}.${column.column}` : null,
    type: column?.type ?? null,
  };
  const columnMost = column?.most === null || column === undefined ? Infinity : Number(column.most);
  if (step < 0 || columnMost >= most) return { ...own, most, usedRatio: usedOf(position) };
  return { ...own, most: columnMost, usedRatio: value / columnMost };
}

function findingOf(used: Used, limits: Limits, before: Before<{ read: Sample }> | undefined): Finding {
  const { sequence, fed, type, value, most, usedRatio, cycles } = used;
  const severity = cycles && most > value ? 'info' : usedRatio >= limits.criticalRatio ? 'critical' : 'warning';
  const limit = usedRatio >= limits.criticalRatio ? limits.criticalRatio : limits.warningRatio;
  const what =
    fed === null ? `Sequence \`${sequence}\`` : `Column \`${fed}\` (${type ?? '?'}, filled from ${sequence})`;
  const round = cycles ? '; it then begins anew' : '';
  return {
    key: `postgres.sequences:${fed ?? sequence}`,
    severity,
    sentence: `${what} is at ${value.toLocaleString('en-US')} of ${most.toLocaleString('en-US')} (${percentText(usedRatio, 1)}, ${severity === 'info' ? 'told' : severity} at ${percentText(limit)})${endText(used, before)}${round}.`,
    measure: { value: Number((usedRatio * 100).toFixed(2)), unit: '%', limit: limit * 100, step: 5 },
    evidence: used,
    next:
      fed === null
        ? 'Find out what it numbers, and give it a wider type (ALTER SEQUENCE … AS bigint) before it ends.'
        : 'Plan a bigint column now: a new column filled in batches and swapped in. ALTER COLUMN TYPE locks the table while it is rewritten.',
  };
}

/** Below half there are years left; what begins anew has no end. */
function isFollowed({ usedRatio, cycles }: Used, place: number): boolean {
  return usedRatio >= 0.5 && !cycles && place < MOST_FOLLOWED;
}

function metricOf({ sequence, fed, usedRatio }: Used, limits: Limits): Metric {
  const what = fed ?? sequence;
  return {
    name: `sequence:${what}`,
    value: usedRatio * 100,
    unit: '%',
    limits: percentLimits(limits),
    ceiling: { value: 100, what: `Numbers of ${what}`, happens: 'used up', steady: true },
  };
}

/** How long the numbers last at the rate since the earlier look. */
function endText({ sequence, value, most }: Used, before: Before<{ read: Sample }> | undefined): string {
  const earlier = before?.samples.read.fullest.find((one) => one.sequence === sequence);
  if (!before || !earlier || value <= earlier.value) return '';
  const seconds = ((most - value) / (value - earlier.value)) * before.secondsAgo;
  return `; at the present rate it lasts ${seconds > 730 * 86_400 ? 'more than two years' : durationText(seconds)}`;
}
