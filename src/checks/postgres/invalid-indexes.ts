import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { bytesText, capped } from '../wording.ts';
import { relationName } from './relation-name.ts';
import { askPrimary } from './visibility.ts';

/**
 * Indexes that no query uses while every write pays for them, unless a session builds them right now. A partitioned index is
 * invalid until all partitions have theirs. https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
 * https://www.postgresql.org/docs/current/progress-reporting.html#CREATE-INDEX-PROGRESS-REPORTING
 */
const INVALID = `
  select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as "index", ${relationName('i.indrelid')} as "table",
         c.relkind = 'I' as partitioned, i.indisunique as "isUnique", i.indisready as "isReady", i.indislive as "isLive",
         greatest(c.relpages, 0)::int8 * current_setting('block_size')::int as "sizeBytes",
         exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')) as constrains
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
   where not (i.indisvalid and i.indisready)
     and not exists (select from pg_stat_progress_create_index p
                      where p.datid = (select oid from pg_database where datname = current_database())
                        and (p.index_relid = i.indexrelid or p.index_relid = 0 and p.relid = i.indrelid))
   order by 1`;

/** NOT ENFORCED (18+) is somebody's wish. https://www.postgresql.org/docs/current/catalog-pg-constraint.html */
const NOT_VALID = `
  select ${relationName('k.conrelid')} as "table", quote_ident(k.conname) as name
    from pg_constraint k
   where not k.convalidated and k.conrelid <> 0 and coalesce((to_jsonb(k) ->> 'conenforced')::bool, true) order by 1, 2`;

type Invalid = {
  index: string;
  table: string;
  partitioned: boolean;
  isUnique: boolean;
  isReady: boolean;
  /** False while it is dropped, and for good where that failed. */
  isLive: boolean;
  sizeBytes: number;
  constrains: boolean;
};
type Constraint = { table: string; name: string };
type Sample = {
  indexes: readonly Invalid[];
  moreIndexes: number;
  constraints: readonly Constraint[];
  moreConstraints: number;
};

const Limits = z.strictObject({
  /** Smaller ones are told without a warning. */
  warningBytes: z.number().min(0).default(0),
});
type Limits = z.infer<typeof Limits>;

/** Which indexes and constraints are there in name only? */
export const invalidIndexes = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.invalid-indexes',
  engine: 'postgres',
  title: 'Invalid indexes and unvalidated constraints',
  why: 'A build that failed leaves an index that slows every write and serves no query, and a unique one that guards nothing.',
  explainedBy: ['schema', 'restart'],
  limits: Limits,
  ask: {
    read: (target) =>
      askPrimary(target, async (primary) => {
        const [invalid, notValid] = await Promise.all([
          primary.query<Invalid>(INVALID),
          primary.query<Constraint>(NOT_VALID),
        ]);
        const indexes = capped(invalid, 20);
        const constraints = capped(notValid, 10);
        return {
          indexes: indexes.shown,
          moreIndexes: indexes.more,
          constraints: constraints.shown,
          moreConstraints: constraints.more,
        };
      }),
  },
  judge: ({ read }, _before, limits) => [
    ...read.indexes.map((one) => indexFinding(one, limits)),
    ...constraintFinding(read),
  ],
});

function indexFinding(one: Invalid, limits: Limits): Finding {
  const { index, table, partitioned, isUnique, isReady, isLive, sizeBytes } = one;
  const what = isUnique ? 'Unique index' : 'Index';
  const effect = partitioned
    ? 'not every partition has one of its own'
    : !isLive
      ? 'it is being dropped, or that failed half-way'
      : isReady
        ? `nobody builds it, no query uses it and every write keeps its ${bytesText(sizeBytes)} up to date`
        : `nobody builds it, and its ${bytesText(sizeBytes)} serve nobody`;
  return {
    key: `postgres.invalid-indexes:${index}`,
    severity: !partitioned && isLive && sizeBytes >= limits.warningBytes ? 'warning' : 'info',
    sentence: `${what} \`${index}\` on \`${table}\` is invalid: ${effect}${isUnique ? '; duplicates may be in the table' : ''}.`,
    evidence: one,
    next: remedyOf(one),
  };
}

function remedyOf({ index, partitioned, isLive, constrains }: Invalid): string {
  if (!isLive) return `If nobody drops it now: DROP INDEX CONCURRENTLY ${index};`;
  if (partitioned) return 'Build the index on the partitions that lack it, then ALTER INDEX … ATTACH PARTITION each.';
  // What REINDEX CONCURRENTLY left behind is a copy: the index itself still works.
  if (/_cc(?:new|old)\d*"?$/.test(index))
    return `It is what a failed REINDEX CONCURRENTLY left: DROP INDEX CONCURRENTLY ${index};`;
  if (constrains) return `A constraint needs it: REINDEX INDEX CONCURRENTLY ${index}; at a quiet hour.`;
  return `If somebody still wants it: REINDEX INDEX CONCURRENTLY ${index}; otherwise DROP INDEX CONCURRENTLY ${index};`;
}

function constraintFinding({ constraints, moreConstraints }: Sample): Finding[] {
  const [first] = constraints;
  if (!first) return [];
  const count = constraints.length + moreConstraints;
  const others = count > 1 ? ` and ${count - 1} more are` : ' is';
  return [
    {
      key: 'postgres.invalid-indexes:constraints',
      severity: 'info',
      sentence: `Constraint \`${first.name}\` of \`${first.table}\`${others} NOT VALID: rows that were there before may break ${count > 1 ? 'them' : 'it'}.`,
      measure: { value: count, unit: 'constraints', limit: 0, step: 1 },
      evidence: { constraints },
      next: `At a quiet hour: ALTER TABLE ${first.table} VALIDATE CONSTRAINT ${first.name}; It reads the table and lets everybody work.`,
    },
  ];
}
