/**
 * SQL for the name of a relation as a person types it, always with its schema: `regclass` leaves out those of the search path,
 * and a finding's key has to stay the same. Takes no lock.
 */
export function relationName(oid: string): string {
  return `(select quote_ident(ns.nspname) || '.' || quote_ident(rel.relname)
             from pg_class rel join pg_namespace ns on ns.oid = rel.relnamespace where rel.oid = ${oid})`;
}
