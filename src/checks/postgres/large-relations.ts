import type { PostgresMember } from '../../targets/postgres.ts';

/** A table or index that is worth a closer look. Sizes are those of the last VACUUM or ANALYZE. */
export type LargeRelation = {
  oid: number;
  /** As SQL writes it: quoted where that is needed. */
  name: string;
  sizeBytes: number;
  /** -1: neither vacuumed nor analysed so far. */
  rows: number;
};
export type LargeRelations = {
  /** Largest first, at most 300. */
  tables: readonly LargeRelation[];
  moreTables: number;
  /** Largest first, at most 1,000; those of the catalogue and of TOAST are left out. */
  indexes: readonly LargeRelation[];
  moreIndexes: number;
};

/** What smaller relations waste is not worth anybody's time, and looking at all of them costs the server more. */
export const FLOOR_BYTES = 10 * 1024 ** 2;

/**
 * One pass over pg_class, in pages: pg_relation_size() would wait behind an ACCESS EXCLUSIVE lock. A table that was never
 * analysed has no pages there, so it counts by its rows. Object ids below 16384 are the catalogue, 99 is pg_toast.
 * https://www.postgresql.org/docs/current/catalog-pg-class.html
 */
const LARGE = `
  with large as materialized (
    select oid, relkind = 'i' as index, relnamespace, relname, greatest(relpages, 0) as pages, reltuples
      from pg_class
     where (relpages >= (select ${FLOOR_BYTES} / current_setting('block_size')::int) and relkind in ('r', 'm', 'i')
            or reltuples < 0 and relkind in ('r', 'm') and pg_stat_get_live_tuples(oid) >= 100000)
       and oid >= 16384 and relnamespace <> 99 and relpersistence <> 't'),
  ranked as (
    select *, row_number() over (partition by index order by pages desc, oid) as place,
           count(*) over (partition by index)::int as total
      from large)
  select r.index, r.oid::int8 as oid, quote_ident(n.nspname) || '.' || quote_ident(r.relname) as name,
         r.pages * current_setting('block_size')::int8 as "sizeBytes", r.reltuples::float8 as rows, r.total
    from ranked r join pg_namespace n on n.oid = r.relnamespace
   where r.place <= case when r.index then 1000 else 300 end
   order by r.place`;

type Row = LargeRelation & { index: boolean; total: number };

const beingAsked = new WeakMap<PostgresMember, Promise<LargeRelations>>();

/** The large relations of the database. The pass is the dearest part of several checks: those who ask together share one. */
export function largeRelations(member: PostgresMember): Promise<LargeRelations> {
  const asked = beingAsked.get(member);
  if (asked) return asked;
  const asking = member
    .query<Row>(LARGE)
    .then(sorted)
    .finally(() => beingAsked.delete(member));
  beingAsked.set(member, asking);
  return asking;
}

function sorted(rows: readonly Row[]): LargeRelations {
  const pick = (index: boolean) => {
    const found = rows.filter((row) => row.index === index);
    const relations = found.map(({ oid, name, sizeBytes, rows: count }) => ({ oid, name, sizeBytes, rows: count }));
    return { relations, more: (found[0]?.total ?? 0) - found.length };
  };
  const tables = pick(false);
  const indexes = pick(true);
  return {
    tables: tables.relations,
    moreTables: tables.more,
    indexes: indexes.relations,
    moreIndexes: indexes.more,
  };
}
