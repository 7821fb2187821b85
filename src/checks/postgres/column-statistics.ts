import type { PostgresMember } from '../../targets/postgres.ts';
import { initDatabaseFix } from './init-database.ts';

/** One column as it is stored, and what ANALYZE found out about it; null where that is not there. */
export type StoredColumn = {
  relation: number;
  /** pg_type.typlen: -1 for variable length, -2 for a C string. */
  length: number;
  alignment: string;
  nullRatio: number | null;
  widthBytes: number | null;
};

/** Virtual columns (18+) take no space. https://www.postgresql.org/docs/current/catalog-pg-attribute.html */
const TABLE_COLUMNS = `
  select a.attrelid::int8 as relation, a.attlen as length, a.attalign as alignment,
         s.null_fraction::float8 as "nullRatio", s.width as "widthBytes"
    from pg_attribute a left join STATISTICS s on s.relation = a.attrelid and s.attribute = a.attnum
   where a.attrelid = any($1::oid[]) and a.attnum > 0 and not a.attisdropped and a.attgenerated <> 'v'
   order by a.attrelid, a.attnum`;

/** An expression has statistics of its own, kept for the index. https://www.postgresql.org/docs/current/catalog-pg-index.html */
const INDEX_COLUMNS = `
  with columns as materialized (
    select a.attrelid, a.attnum, a.attlen, a.attalign, case when i.indkey[a.attnum - 1] = 0 then i.indexrelid else i.indrelid end as source,
           case when i.indkey[a.attnum - 1] = 0 then a.attnum else i.indkey[a.attnum - 1] end as attribute
      from pg_index i join pg_attribute a on a.attrelid = i.indexrelid
     where i.indexrelid = any($2::oid[]) and a.attnum > 0)
  select c.attrelid::int8 as relation, c.attlen as length, c.attalign as alignment,
         s.null_fraction::float8 as "nullRatio", s.width as "widthBytes"
    from columns c left join STATISTICS s on s.relation = c.source and s.attribute = c.attribute
   order by c.attrelid, c.attnum`;

/** Made by infra/migrations/init-database.sql. */
const DEFINER = `nightshift.column_statistics($1::oid[])`;

/** The same, for a role that may read the tables. https://www.postgresql.org/docs/current/view-pg-stats.html */
const DIRECT = `(
  select c.oid as relation, a.attnum as attribute, s.null_frac as null_fraction, s.avg_width as width
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname and not s.inherited
    join pg_attribute a on a.attrelid = c.oid and a.attname = s.attname
   where c.oid = any($1::oid[]))`;

/** pg_stats leaves out, without a word, what the role may not read. */
const READABLE = `
  select current_database() as database, quote_ident(current_user) as role,
         exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                  where n.nspname = 'nightshift' and p.proname = 'column_statistics'
                    and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')) as definer,
         (select count(*)::int from unnest($1::oid[]) as asked (oid) where not has_table_privilege(asked.oid, 'select')) as unreadable`;

type Readable = { database: string; role: string; definer: boolean; unreadable: number };

/** The stored columns of some tables or indexes by relation, or the gap where the statistics of one of them are hidden from us. */
export async function storedColumns(
  member: PostgresMember,
  tables: readonly number[],
  indexes?: readonly number[],
): Promise<Map<number, StoredColumn[]> | { skipped: string; fix: string }> {
  const [readable] = await member.query<Readable>(READABLE, [tables]);
  if (readable && !readable.definer && readable.unreadable > 0) {
    const { database, role, unreadable } = readable;
    return {
      skipped: `${role} sees no column statistics of ${unreadable} of ${tables.length} large tables in ${database}`,
      fix: initDatabaseFix(database, role),
    };
  }
  const statistics = readable?.definer ? DEFINER : DIRECT;
  const question = (indexes ? INDEX_COLUMNS : TABLE_COLUMNS).replace('STATISTICS', statistics);
  const columns = await member.query<StoredColumn>(question, indexes ? [[...tables, ...indexes], indexes] : [tables]);
  return Map.groupBy(columns, ({ relation }) => relation);
}
