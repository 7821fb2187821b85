import type { PostgresMember } from '../../targets/postgres.ts';

/** What is known of a table of a plan; counters since statistics were reset. `relpages` stands in for its size: it blocks nobody. */
export type TableFacts = {
  oid: number;
  schema: string;
  table: string;
  /** As it is written in SQL, with its schema. */
  name: string;
  kind: string;
  /** Of a partition: the table that it is part of. */
  root: TableName | null;
  /** Of a table that stands for several of its partitions: their names in SQL. */
  partitions?: readonly string[];
  sizeBytes: number;
  /** What the planner believes; null where the table was never analysed. */
  plannedRows: number | null;
  liveRows: number;
  deadRows: number;
  changedSinceAnalyze: number;
  analyzedSecondsAgo: number | null;
  vacuumedSecondsAgo: number | null;
  scans: { sequential: number; byIndex: number };
  writes: number;
  autovacuumOff: boolean;
  indexes: readonly IndexFacts[];
  columns: Readonly<Record<string, ColumnFacts>>;
};

export type IndexFacts = {
  name: string;
  method: string;
  isValid: boolean;
  isUnique: boolean;
  isPartial: boolean;
  /** Of its key; null stands for an expression. */
  columns: readonly (string | null)[];
  /** True for each column whose order can serve LIKE 'abc%'. */
  servesPatterns: readonly boolean[];
  scans: number;
  sizeBytes: number;
};

export type ColumnFacts = {
  type: string;
  notNull: boolean;
  isText: boolean;
  /** Whether its order is that of bytes. */
  isByteOrder: boolean;
  /** Null where our role may not see pg_stats, or there are none. Values themselves are never read. */
  statistics: { distinct: number; nullRatio: number; commonestRatio: number | null; widthBytes: number } | null;
};

/** No call here takes a lock of a table: pg_relation_size, pg_get_indexdef and pg_get_expr would wait behind ALTER TABLE. */
const TABLES = `
  select c.oid::int8 as oid, n.nspname as schema, c.relname as "table", quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name,
         c.relkind as kind, case when c.relispartition then (select json_build_object('schema', m.nspname, 'table', p.relname) from pg_class p join pg_namespace m on m.oid = p.relnamespace where p.oid = pg_partition_root(c.oid)) end as root,
         greatest(c.relpages, 0)::int8 * current_setting('block_size')::int as "sizeBytes",
         nullif(c.reltuples, -1)::float8 as "plannedRows",
         coalesce(s.n_live_tup, 0)::int8 as "liveRows", coalesce(s.n_dead_tup, 0)::int8 as "deadRows",
         coalesce(s.n_mod_since_analyze, 0)::int8 as "changedSinceAnalyze",
         extract(epoch from clock_timestamp() - greatest(s.last_analyze, s.last_autoanalyze))::float8 as "analyzedSecondsAgo",
         extract(epoch from clock_timestamp() - greatest(s.last_vacuum, s.last_autovacuum))::float8 as "vacuumedSecondsAgo",
         json_build_object('sequential', coalesce(s.seq_scan, 0), 'byIndex', coalesce(s.idx_scan, 0)) as scans,
         (coalesce(s.n_tup_ins, 0) + coalesce(s.n_tup_upd, 0) + coalesce(s.n_tup_del, 0))::int8 as writes,
         coalesce(array_to_string(c.reloptions, ',') ~* 'autovacuum_enabled=(false|off|0|no)', false) as "autovacuumOff"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_stat_all_tables s on s.relid = c.oid
   where c.relkind in ('r', 'p', 'm') and n.nspname <> 'pg_catalog'
     and (n.nspname, c.relname) in (select * from unnest($1::text[], $2::text[]))`;

/** https://www.postgresql.org/docs/current/catalog-pg-index.html, https://www.postgresql.org/docs/current/indexes-opclass.html */
const INDEXES = `
  select i.indrelid::int8 as oid, c.relname as name, m.amname as method, i.indisvalid and i.indisready as "isValid",
         i.indisunique as "isUnique", i.indpred is not null as "isPartial",
         coalesce(s.idx_scan, 0)::int8 as scans, greatest(c.relpages, 0)::int8 * current_setting('block_size')::int as "sizeBytes",
         (select json_agg(a.attname order by k.place) from unnest(i.indkey::int2[]) with ordinality k (number, place)
            left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number and k.number <> 0
           where k.place <= i.indnkeyatts) as columns,
         (select json_agg(o.opcname ~ '_pattern_ops$|_trgm_ops$' or coalesce(l.collname in ('C', 'POSIX', 'ucs_basic', 'pg_c_utf8'), false)
                          or k.sorted = 100 and $2 order by k.place)
            from unnest(i.indclass::oid[], i.indcollation::oid[]) with ordinality k (class, sorted, place)
            join pg_opclass o on o.oid = k.class left join pg_collation l on l.oid = k.sorted
           where k.place <= i.indnkeyatts) as "servesPatterns"
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am m on m.oid = c.relam
    left join pg_stat_all_indexes s on s.indexrelid = i.indexrelid
   where i.indrelid = any ($1::oid[]) and i.indislive
   order by c.relname limit 300`;

/** What is in pg_stats is shown to whoever may read the table. https://www.postgresql.org/docs/current/view-pg-stats.html */
const COLUMNS = `
  select a.attrelid::int8 as oid, a.attname as "column", format_type(a.atttypid, null) as type, a.attnotnull as "notNull",
         t.typcategory = 'S' as "isText",
         coalesce(l.collname in ('C', 'POSIX', 'ucs_basic', 'pg_c_utf8'), false) or a.attcollation = 100 and $2 as "isByteOrder",
         case when s.attname is not null then json_build_object('distinct', s.n_distinct, 'nullRatio', s.null_frac,
           'commonestRatio', s.most_common_freqs[1], 'widthBytes', s.avg_width) end as statistics
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_type t on t.oid = a.atttypid left join pg_collation l on l.oid = a.attcollation
    left join pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname and s.attname = a.attname and not s.inherited
   where a.attrelid = any ($1::oid[]) and a.attnum > 0 and not a.attisdropped
   order by a.attrelid, a.attnum limit 1000`;

/** A default collation in the order of bytes. From 17 on the server has one of its own. https://www.postgresql.org/docs/current/locale.html */
const BYTE_ORDER = `
  select coalesce(datcollate in ('C', 'POSIX') and coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') = 'c'
           or to_jsonb(d) ->> 'datlocprovider' = 'b', false) as "isByteOrder"
    from pg_database d where datname = current_database()`;

export type TableName = { schema: string; table: string };
type Base = Omit<TableFacts, 'indexes' | 'columns'>;

/** The facts of tables; one that is not there, or belongs to the server itself, is left out. */
export async function tableFacts(member: PostgresMember, names: readonly TableName[]): Promise<TableFacts[]> {
  if (names.length === 0) return [];
  const [tables, [order]] = await Promise.all([
    member.query<Base>(TABLES, [names.map(({ schema }) => schema), names.map(({ table }) => table)]),
    member.query<{ isByteOrder: boolean }>(BYTE_ORDER),
  ]);
  const values = [tables.map(({ oid }) => oid), order?.isByteOrder === true];
  const [indexes, columns] = await Promise.all([
    member.query<IndexFacts & { oid: number }>(INDEXES, values),
    member.query<ColumnFacts & { oid: number; column: string }>(COLUMNS, values),
  ]);
  return tables.map((table) => ({
    ...table,
    indexes: indexes.filter(({ oid }) => oid === table.oid),
    columns: Object.fromEntries(
      columns.flatMap(({ oid, column, ...facts }) => (oid === table.oid ? [[column, facts]] : [])),
    ),
  }));
}

/** Of tables that refer to another: which columns do, and whether an index begins with them. */
export type ReferenceFacts = {
  /** As they are written in SQL. */
  table: string;
  referenced: string;
  constraint: string;
  columns: readonly string[];
  sizeBytes: number;
  facts: TableFacts;
};
type Reference = Omit<ReferenceFacts, 'facts'> & TableName & { name: string };

/** Foreign keys that no index of the referring table can look up. https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK */
const UNINDEXED = `
  select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as "name", n.nspname as schema, c.relname as "table",
         quote_ident(m.nspname) || '.' || quote_ident(d.relname) as referenced, k.conname as "constraint",
         greatest(c.relpages, 0)::int8 * current_setting('block_size')::int as "sizeBytes",
         (select json_agg(a.attname order by x.place) from unnest(k.conkey) with ordinality x (number, place)
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = x.number) as columns
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_class d on d.oid = k.confrelid join pg_namespace m on m.oid = d.relnamespace
   where k.contype = 'f' and k.confrelid = any ($1::oid[])
     and not exists (select from pg_index i where i.indrelid = k.conrelid and i.indisvalid and i.indpred is null
                        and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
   order by c.relpages desc limit 5`;

export async function unindexedReferences(member: PostgresMember, oids: readonly number[]): Promise<ReferenceFacts[]> {
  if (oids.length === 0) return [];
  const found = await member.query<Reference>(UNINDEXED, [oids]);
  const tables = await tableFacts(member, found);
  return found.flatMap(({ name, referenced, constraint, columns, sizeBytes }) => {
    const facts = tables.find((one) => one.name === name);
    return facts ? [{ table: name, referenced, constraint, columns, sizeBytes, facts }] : [];
  });
}
