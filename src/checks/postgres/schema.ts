import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { countText } from '../wording.ts';
import { schemaChanges, type Relation, type SchemaSample } from './schema-changes.ts';
import { NO_PRIMARY } from './visibility.ts';

/** Named one by one: the youngest, whose going and coming is certain, and the largest, whose going hurts. */
const NEWEST_MOST = 60;
const LARGEST_MOST = 40;
/** Schemas counted one by one; those with the most relations. */
const SCHEMAS_MOST = 30;

/** Not the catalogue, not TOAST, no temporary relation: those of partitions count. */
const OURS = `c.oid >= 16384 and c.relkind in ('r', 'p', 'm', 'f', 'i', 'I') and c.relpersistence <> 't' and c.relnamespace <> 99`;

/**
 * Two passes over pg_class that keep nothing but sums and a short list, so that nothing spills to disk however many relations
 * there are; the youngest come from its index. It holds the number of columns as well (those that were dropped are still in it),
 * so pg_attribute is only asked for the relations that are named. https://www.postgresql.org/docs/current/catalog-pg-class.html
 */
const SCHEMA = `
  with counted as materialized (
    select c.relnamespace, count(*) filter (where c.relkind not in ('i', 'I'))::int as tables,
           count(*) filter (where c.relkind in ('i', 'I'))::int as indexes,
           coalesce(sum(c.relnatts) filter (where c.relkind not in ('i', 'I')), 0)::int as columns
      from pg_class c where ${OURS} group by 1),
  named as materialized (
    (select c.oid, 0 as pages from pg_class c where ${OURS} order by c.oid desc limit ${NEWEST_MOST})
    union all
    (select c.oid, c.relpages from pg_class c where ${OURS} and c.relpages > 0 order by c.relpages desc, c.oid limit ${LARGEST_MOST})),
  relations as (
    select c.oid::int8 as oid, quote_ident(n.nspname) as schema, quote_ident(c.relname) as name, one.pages,
           case when c.relkind not in ('i', 'I') then (
             select count(*)::int from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) end as columns,
           case when c.relkind in ('i', 'I') then (
             select quote_ident(t.relname) from pg_index i join pg_class t on t.oid = i.indrelid where i.indexrelid = c.oid) end as "table"
      from (select oid, max(pages)::int8 as pages from named group by 1) one
      join pg_class c on c.oid = one.oid join pg_namespace n on n.oid = c.relnamespace),
  schemas as (
    select quote_ident(n.nspname) as schema, tables, indexes, columns
      from counted join pg_namespace n on n.oid = relnamespace
     order by tables + indexes desc, 1 limit ${SCHEMAS_MOST})
  select coalesce((select jsonb_agg(schemas) from schemas), '[]') as schemas,
         coalesce((select jsonb_agg(jsonb_build_array(oid, schema, name, columns, "table", pages) order by oid desc) from relations), '[]') as relations,
         (select coalesce(sum(tables + indexes), 0)::int from counted) as total`;

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
