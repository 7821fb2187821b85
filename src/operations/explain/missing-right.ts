import type { PostgresMember } from '../../targets/postgres.ts';
import { namedTables } from './named-tables.ts';

/** EXPLAIN of a statement that writes asks for the right to write. https://www.postgresql.org/docs/current/sql-explain.html */
const MAY_WRITE = `
  select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  where c.relkind in ('r', 'p', 'v', 'f') and n.nspname not in ('pg_catalog', 'information_schema')
                    and (has_any_column_privilege(c.oid, 'INSERT') or has_any_column_privilege(c.oid, 'UPDATE')
                         or has_table_privilege(c.oid, 'DELETE'))) as may`;

const UNREADABLE = `
  select c.relname as name from pg_class c where c.oid = any($1::int8[]::oid[]) and not has_any_column_privilege(c.oid, 'SELECT') limit 1`;

/**
 * What our role would be refused for, found without being refused: a refusal is an ERROR in the log of the server, which somebody
 * reads at night. Undefined where nothing is known to be missing.
 */
export async function missingRight(
  member: PostgresMember,
  asked: { sql: string; writes: boolean; path: string | null },
): Promise<string | undefined> {
  if (asked.writes && !(await mayWrite(member))) return 'it writes or locks rows, and our role should not be able to';
  if (asked.path === null) return undefined;
  const tables = await namedTables(member, asked.sql, asked.path);
  const [row] = await member.query<{ name: string }>(UNREADABLE, [tables.map(({ oid }) => oid)]);
  return row && `permission denied for table ${row.name}`;
}

async function mayWrite(member: PostgresMember): Promise<boolean> {
  const [row] = await member.query<{ may: boolean }>(MAY_WRITE);
  return row?.may === true;
}
