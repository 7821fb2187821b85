import type { DrillLook, DrillMemory } from '../../../core/drill.ts';
import type { Budget, Shown } from './amcheck.ts';
import { complaintOf, type CopySession } from './copy-session.ts';

/** Of so many rows by the server's own statistics not one may be missing without a word. */
const STATED_ROWS = 100;
/** Tables are counted the smallest first, as many as the next drill can compare. */
const MOST_TABLES = 200;

/** reltuples comes with the files; -1 is never counted. https://www.postgresql.org/docs/current/catalog-pg-class.html */
const TABLES = `
  SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, c.reltuples::float8 AS stated,
    pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AS readable
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  ORDER BY pg_catalog.pg_relation_size(c.oid), c.oid LIMIT ${MOST_TABLES}`;

export type Counted = { look: DrillLook; tables: DrillMemory['tables'] };

/** Counts rows, and compares with what the server last knew of them. */
export async function countRows(session: CopySession, budget: Budget, shown: Shown): Promise<Counted> {
  const found = await session.ask<{ name: string; stated: number; readable: boolean }>(TABLES);
  const tables: { name: string; rows: number }[] = [];
  const problems: string[] = [];
  const readable = found.filter((table) => table.readable);
  for (const { name, stated } of readable) {
    if (budget.leftMs() <= 0) break;
    // oxlint-disable-next-line no-await-in-loop -- one connection
    const rows = await count(session, name).catch((thrown: unknown) =>
      session.ranOut?.(thrown) === true ? undefined : complaintOf(thrown),
    );
    if (rows === undefined) continue;
    if (typeof rows === 'string') problems.push(`${shown(name)} cannot be read to its end: ${rows}.`);
    else {
      tables.push({ name: shown(`${session.database}.${name}`), rows });
      if (rows === 0 && stated >= STATED_ROWS)
        problems.push(`${shown(name)} is empty; by the server's statistics it has ${Math.round(stated)} rows.`);
    }
  }
  const closed = found.length - readable.length;
  const outcome = problems.length > 0 ? 'failed' : found.length > 0 && tables.length === 0 ? 'skipped' : 'passed';
  const missing = closed === 0 ? '' : `; ${closed} may not be read: GRANT pg_read_all_data to the login that reads`;
  const detail = `${tables.length} of ${found.length} tables read to their end${missing}`;
  return { look: { what: `rows (${shown(session.database)})`, outcome, detail, problems }, tables };
}

async function count({ ask }: CopySession, name: string): Promise<number> {
  const [row] = await ask<{ rows: number }>(`SELECT count(*)::float8 AS rows FROM ${name}`);
  return row?.rows ?? 0;
}
