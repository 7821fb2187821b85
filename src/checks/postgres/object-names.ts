import { Fault } from '../../core/errors.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';

/** `t` table, view or sequence · `i` index · `c` column or constraint · `f` function · `s` schema · `r` role · `d` database. */
export type ObjectKind = 't' | 'i' | 'c' | 'f' | 's' | 'r' | 'd';

/** More would take longer to read and to look for than a look may. */
const MOST_NAMES = 200_000;
/** Objects below were made by initdb. https://www.postgresql.org/docs/current/system-catalog-initial-data.html */
const FIRST_OWN_OID = 16_384;

/** Plain catalogue reads that wait for nobody's lock, each name once; without what extensions bring and what we made ourselves. */
const NAMES = `
  with brought as (select classid, objid from pg_depend where deptype = 'e'),
  own as (select oid from pg_namespace where nspname = 'nightshift'),
  relations as (select oid, relkind, relname from pg_class where oid >= ${FIRST_OWN_OID}
     and oid not in (select objid from brought where classid = 'pg_class'::regclass)),
  named(kind, name) as (
    select case when relkind in ('i', 'I') then 'i' else 't' end, relname::text from relations
    union select 'c', attname::text from pg_attribute where attrelid in (select oid from relations) and attnum > 0
    union select 'c', conname::text from pg_constraint where oid >= ${FIRST_OWN_OID}
    union select 'f', proname::text from pg_proc where oid >= ${FIRST_OWN_OID} and pronamespace not in (select oid from own)
      and oid not in (select objid from brought where classid = 'pg_proc'::regclass)
    union select 't', typname::text from pg_type where oid >= ${FIRST_OWN_OID} and typrelid = 0 and typelem = 0
    union select 'c', tgname::text from pg_trigger where not tgisinternal
    union select 's', nspname::text from pg_namespace where oid >= ${FIRST_OWN_OID}
    union select 'r', rolname::text from pg_roles
    union select 'd', datname::text from pg_database)
  select kind, name from named limit ${MOST_NAMES + 1}`;

/**
 * What a target's database and its roles are called, by name; where one name is of several things, the first in the order above
 * counts. Empty where no member answered. Throws `unsupported` where there are too many to look for.
 */
export async function objectNames(target: Pick<PostgresTarget, 'name' | 'primary' | 'members'>) {
  const member = target.primary ?? target.members[0];
  const rows = member ? await member.query<{ kind: ObjectKind; name: string }>(NAMES) : [];
  if (rows.length > MOST_NAMES) {
    const advice = 'set hideNames: false for it, or look at it from a terminal by its URL';
    throw new Fault('unsupported', `${target.name} has too many names to hide (over ${MOST_NAMES}): ${advice}`);
  }
  const order = 'tcifsrd';
  const sorted = rows.toSorted((a, b) => order.indexOf(b.kind) - order.indexOf(a.kind));
  return new Map(sorted.map(({ kind, name }) => [name, kind]));
}
