import type { DrillLook } from '../../../core/drill.ts';
import type { Budget, Shown } from './amcheck.ts';
import { complaintOf, type CopySession } from './copy-session.ts';

/**
 * Sequences that rise and feed a column with a unique index of its own, which makes both the question quick and an answer that is
 * behind a duplicate key. https://www.postgresql.org/docs/current/catalog-pg-sequence.html, catalog-pg-depend.html
 */
const FED = `
  SELECT DISTINCT quote_ident(sn.nspname) || '.' || quote_ident(s.relname) AS sequence,
    quote_ident(tn.nspname) || '.' || quote_ident(t.relname) AS "table", quote_ident(a.attname) AS "column",
    pg_catalog.has_schema_privilege(sn.oid, 'USAGE') AND pg_catalog.has_sequence_privilege(s.oid, 'SELECT')
      AND pg_catalog.has_schema_privilege(tn.oid, 'USAGE') AND pg_catalog.has_table_privilege(t.oid, 'SELECT') AS readable
  FROM pg_catalog.pg_sequence q
    JOIN pg_catalog.pg_class s ON s.oid = q.seqrelid
    JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = s.oid
      AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
    JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
    JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1
      AND i.indkey[0] = a.attnum AND i.indpred IS NULL
  WHERE q.seqincrement > 0 AND NOT q.seqcycle
  ORDER BY 1`;

type Fed = { sequence: string; table: string; column: string; readable: boolean };

/** Whether the next number of each sequence is still free. */
export async function checkSequences(session: CopySession, budget: Budget, shown: Shown): Promise<DrillLook[]> {
  const fed = await session.ask<Fed>(FED);
  if (fed.length === 0) return [];
  const problems: string[] = [];
  let count = 0;
  const readable = fed.filter((one) => one.readable);
  for (const one of readable) {
    if (budget.leftMs() <= 0) break;
    // oxlint-disable-next-line no-await-in-loop -- one connection
    const behind = await isBehind(session, one).catch((thrown: unknown) =>
      session.ranOut?.(thrown) === true ? undefined : complaintOf(thrown),
    );
    if (behind === undefined) continue;
    count += 1;
    if (typeof behind === 'string') problems.push(`${shown(one.sequence)} could not be read: ${behind}.`);
    else if (behind)
      problems.push(
        `${shown(one.sequence)} is behind ${shown(`${one.table}.${one.column}`)}: the next row there is a duplicate key.`,
      );
  }
  const detail = `${count} of ${fed.length} compared with their columns`;
  const what = `sequences (${shown(session.database)})`;
  const outcome = problems.length > 0 ? 'failed' : readable.length === 0 ? 'skipped' : 'passed';
  return [{ what, outcome, detail, problems }];
}

async function isBehind({ ask }: CopySession, { sequence, table, column }: Fed): Promise<boolean> {
  const [row] = await ask<{ behind: boolean }>(
    `SELECT coalesce((SELECT max(${column}) FROM ${table}) > CASE WHEN is_called THEN last_value ELSE last_value - 1 END, false) AS behind FROM ${sequence}`,
  );
  return row?.behind === true;
}
