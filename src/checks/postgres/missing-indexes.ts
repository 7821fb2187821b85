import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { bytesText, capped, countText } from '../wording.ts';
import { FLOOR_BYTES } from './large-relations.ts';
import { relationName } from './relation-name.ts';
import { NO_PRIMARY } from './visibility.ts';

/**
 * Foreign keys of large tables whose columns no index begins with, in any order, when rows of the parent go or change: each
 * such row is then looked for in the whole table. A partial index counts when all it leaves out are nulls. One that references
 * a partitioned table has a row for each partition, so they are joined.
 * https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
 */
const UNCOVERED = `
  with keys as materialized (
    select k.conrelid, k.conkey, min(k.conname) as conname, min(k.confrelid) as parent,
           sum(pg_stat_get_tuples_deleted(k.confrelid))::int8 as deleted, sum(pg_stat_get_tuples_updated(k.confrelid))::int8 as updated
      from pg_constraint k join pg_class c on c.oid = k.conrelid
     where k.contype = 'f' and c.relkind = 'r' and c.relpages >= (select ${FLOOR_BYTES} / current_setting('block_size')::int)
     group by k.conrelid, k.conkey)
  select ${relationName('k.conrelid')} as "table", quote_ident(k.conname) as "constraint", ${relationName('k.parent')} as parent, k.deleted, k.updated,
         (select string_agg(quote_ident(a.attname), ', ' order by place)
            from unnest(k.conkey) with ordinality as key (attnum, place)
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = key.attnum) as columns,
         c.relpages::int8 * current_setting('block_size')::int as "sizeBytes",
         pg_stat_get_numscans(c.oid) as "fullScans"
    from keys k join pg_class c on c.oid = k.conrelid
   where k.deleted + k.updated > 0
     and not exists (
       select from pg_index i join pg_class x on x.oid = i.indexrelid
        where i.indrelid = k.conrelid and i.indisvalid and i.indnkeyatts >= cardinality(k.conkey) and x.relam in (403, 405)
          and (i.indpred is null or i.indpred::text ~ '^\\{NULLTEST .*:nulltesttype 1 ')
          and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
   order by k.deleted desc, c.relpages desc limit 100`;

type Missing = {
  table: string;
  constraint: string;
  parent: string;
  columns: string;
  deleted: number;
  updated: number;
  sizeBytes: number;
  fullScans: number;
};
type Sample = { keys: readonly Missing[]; more: number };

const MIB = 1024 ** 2;
const Limits = z.strictObject({
  /** Smaller tables are read through in no time; below 10 MB they are not even looked at. */
  leastBytes: z
    .number()
    .min(0)
    .default(100 * MIB),
  /** Rows deleted from the parent since the statistics began, each of which read the whole table. */
  warningDeletedRows: z.number().int().min(1).default(1000),
});
type Limits = z.infer<typeof Limits>;

/** Which foreign keys make every delete on the other side read a whole table? */
export const missingIndexes = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.missing-indexes',
  engine: 'postgres',
  title: 'Foreign keys without an index',
  why: 'Deleting one row of the parent then reads the whole referencing table, and holds its locks as long as that takes.',
  explainedBy: ['schema', 'statement', 'traffic'],
  limits: Limits,
  ask: { read: async ({ primary }) => (primary ? await look(primary) : NO_PRIMARY) },
  judge: ({ read }, _before, limits) =>
    read.keys
      .filter(({ sizeBytes }) => sizeBytes >= limits.leastBytes)
      .slice(0, 10)
      .map((one) => findingOf(one, limits)),
});

async function look(primary: PostgresMember): Promise<Seen<Sample>> {
  const { shown, more } = capped(await primary.query<Missing>(UNCOVERED), 20);
  return { sample: { keys: shown, more } };
}

function findingOf(one: Missing, limits: Limits): Finding {
  const { table, constraint, parent, columns, deleted, updated, sizeBytes } = one;
  const severe = deleted >= limits.warningDeletedRows;
  const seen =
    deleted > 0
      ? `${countText(deleted, 'row')} were deleted from it`
      : `${countText(updated, 'row')} were changed in it`;
  return {
    key: `postgres.missing-indexes:${table}.${constraint}`,
    severity: severe ? 'warning' : 'info',
    sentence: `No index of \`${table}\` (${bytesText(sizeBytes)}, told from ${bytesText(limits.leastBytes)}) begins with ${columns}, which references \`${parent}\`; ${seen} since statistics began (warning at ${limits.warningDeletedRows.toLocaleString('en-US')} deleted).`,
    measure: {
      value: deleted,
      unit: 'deleted rows',
      limit: limits.warningDeletedRows,
      step: limits.warningDeletedRows,
    },
    evidence: one,
    next: `At a quiet hour: CREATE INDEX CONCURRENTLY ON ${table} (${columns}); It takes no lock that stops writes.`,
  };
}
