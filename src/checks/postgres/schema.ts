import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { countText } from '../wording.ts';
import { schemaChanges, type Relation, type SchemaSample } from './schema-changes.ts';
import { NO_PRIMARY } from './visibility.ts';

/** Named one by one: the youngest, whose going and coming is certain, and the largest, whose going hurts. */
const NEWEST_MOST = 80;
const LARGEST_MOST = 60;
/** Schemas counted one by one; those with the most relations. */
const SCHEMAS_MOST = 30;

/** Not the catalogue, not TOAST, no temporary relation: those of partitions count. */
const OURS = `c.oid >= 16384 and c.relkind in ('r', 'p', 'm', 'f', 'i', 'I') and c.relpersistence <> 't' and c.relnamespace <> 99`;

/**
 * One pass over pg_class for both: it holds the number of columns as well (those that were dropped are still in it), so
 * pg_attribute is only asked for the relations that are named. https://www.postgresql.org/docs/current/catalog-pg-class.html
 */
const SCHEMA = `
  with ours as materialized (
    select c.oid, c.relname, c.relnamespace, c.relkind, c.relpages, c.relnatts, c.relkind in ('i', 'I') as index
      from pg_class c where ${OURS}),
  counted as (
    select quote_ident(n.nspname) as schema, count(*) filter (where not index)::int as tables, count(*) filter (where index)::int as indexes,
           coalesce(sum(relnatts) filter (where not index), 0)::int as columns
      from ours join pg_namespace n on n.oid = relnamespace
     group by 1 order by count(*) desc, 1 limit ${SCHEMAS_MOST}),
  named as (
    (select oid, 0 as pages from ours order by oid desc limit ${NEWEST_MOST})
    union all
    (select oid, relpages from ours where relpages > 0 order by relpages desc, oid limit ${LARGEST_MOST})),
  relations as (
    select o.oid::int8 as oid, o.index, quote_ident(n.nspname) as schema, quote_ident(o.relname) as name,
           max(named.pages)::int8 as pages,
           case when o.index then null else (
             select count(*)::int from pg_attribute a where a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped) end as columns,
           case when o.index then (
             select quote_ident(t.relname) from pg_index i join pg_class t on t.oid = i.indrelid where i.indexrelid = o.oid) end as "table"
      from named join ours o using (oid) join pg_namespace n on n.oid = o.relnamespace
     group by 1, 2, 3, 4, o.oid order by 1 desc)
  select coalesce((select jsonb_agg(counted) from counted), '[]') as schemas,
         coalesce((select jsonb_agg(jsonb_build_array(oid, schema, name, columns, "table", pages)) from relations), '[]') as relations,
         (select count(*)::int from ours) as total`;

type Row = { schemas: SchemaSample['schemas']; relations: readonly Relation[]; total: number };

const Limits = z.strictObject({
  /** So many tables and indexes more or fewer are told where they cannot be named. */
  leastRelationRows: z.number().int().min(1).default(1),
});

/** What tables and indexes are there? It finds nothing by itself: a later look tells what a deploy made or took away. */
export const schema = defineCheck<PostgresTarget, { read: SchemaSample }, z.infer<typeof Limits>>({
  id: 'postgres.schema',
  engine: 'postgres',
  title: 'Tables, indexes and columns',
  why: 'An index that a deploy dropped is found in a minute when somebody says that it is gone.',
  limits: Limits,
  ask: { read: look },
  judge: () => [],
  facts: ({ read: { schemas } }) => {
    const sum = (of: 'tables' | 'indexes') => schemas.reduce((all, one) => all + one[of], 0);
    const tables = sum('tables');
    return tables === 0 ? [] : [{ label: 'Schema', value: `${countText(tables, 'table')}, ${sum('indexes')} indexes` }];
  },
  changes: (good, now, { leastRelationRows }) => schemaChanges(good.samples.read, now.samples.read, leastRelationRows),
});

async function look({ primary }: PostgresTarget): Promise<Seen<SchemaSample>> {
  if (!primary) return NO_PRIMARY;
  const [row] = await primary.query<Row>(SCHEMA);
  if (!row) return { unreliable: 'the catalogue gave no answer' };
  const { relations, schemas, total } = row;
  const all = total <= relations.length;
  const newest = relations.slice(0, NEWEST_MOST);
  return { sample: { total, schemas, relations, completeFrom: all ? 0 : (newest.at(-1)?.[0] ?? 0) } };
}
