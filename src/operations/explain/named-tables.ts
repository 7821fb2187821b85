import type { PostgresMember } from '../../targets/postgres.ts';
import { isWord, sqlPieces, type SqlPiece } from './sql-pieces.ts';
import { tableFacts, type TableFacts, type TableName } from './table-facts.ts';

/** The tables that a text names, looked for as the server does: a schema that is not said is searched on the path. */
export async function namedTables(member: PostgresMember, sql: string, searchPath: string): Promise<TableFacts[]> {
  const path = schemasOf(searchPath);
  const names = namesIn(sql);
  const wanted: TableName[] = names.flatMap(({ schema, table }) =>
    (schema === null ? path : [schema]).map((one) => ({ schema: one, table })),
  );
  const found = await tableFacts(member, wanted);
  const firsts = names.map(
    ({ schema, table }) =>
      (schema === null ? path : [schema]).flatMap(
        (one) => found.find((facts) => facts.schema === one && facts.table === table) ?? [],
      )[0],
  );
  return [...new Set(firsts.filter((one) => one !== undefined))];
}

/** Pure: what stands where a table may stand; names of other things among them are no tables, and found nowhere. */
export function namesIn(sql: string): { schema: string | null; table: string }[] {
  const pieces = sqlPieces(sql) ?? [];
  const starts = pieces.flatMap((piece, n) =>
    isWord(piece, 'from', 'join', 'update', 'into', 'using', 'only') || piece.text === ',' ? [n + 1] : [],
  );
  const named = namesOfWith(pieces);
  const names = starts.flatMap((at) => {
    const first = nameOf(pieces[at]);
    if (first === undefined) return [];
    const second = pieces[at + 1]?.text === '.' ? nameOf(pieces[at + 2]) : undefined;
    if (second === undefined && named.has(first)) return [];
    return [second === undefined ? { schema: null, table: first } : { schema: first, table: second }];
  });
  return [...new Map(names.map((one) => [`${one.schema}.${one.table}`, one])).values()].slice(0, 20);
}

/** `with recent as (…)`: a name of the statement's own, whatever table has it, too. */
function namesOfWith(pieces: readonly SqlPiece[]): ReadonlySet<string> {
  if (!pieces.some((piece) => isWord(piece, 'with'))) return new Set();
  return new Set(
    pieces.flatMap((piece, n) => {
      const begins =
        isWord(pieces[n + 1], 'as') && (pieces[n + 2]?.text === '(' || isWord(pieces[n + 2], 'materialized', 'not'));
      return begins ? (nameOf(piece) ?? []) : [];
    }),
  );
}

function nameOf(piece: SqlPiece | undefined): string | undefined {
  if (piece?.kind === 'word') return piece.text.toLowerCase();
  return piece?.kind === 'name' ? piece.text.slice(1, -1).replaceAll('""', '"') : undefined;
}

function schemasOf(searchPath: string): string[] {
  return searchPath.split(',').flatMap((part) => {
    const name = part.trim();
    if (name === '') return [];
    return [name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase()];
  });
}
