import { isWord, sqlPieces, type SqlPiece } from './sql-pieces.ts';

/** A statement that may be planned, or the sentence why it is not. */
export type Explainable = { sql: string; verb: Verb; parameters: number } | { reason: string };
export type Verb = 'select' | 'insert' | 'update' | 'delete' | 'merge';

const VERBS: readonly string[] = ['select', 'values', 'insert', 'update', 'delete', 'merge', 'with', 'table'];

/** Pure: only one statement that reads or writes rows, whose every literal is told for sure, is ever put behind EXPLAIN. */
export function explainable(text: string): Explainable {
  const pieces = sqlPieces(text);
  if (!pieces) {
    return {
      reason: 'its text is cut off, or has a literal whose end cannot be told for sure, so it is not sent back',
    };
  }
  while (isSign(pieces.at(-1), ';')) pieces.pop();
  if (pieces.some((piece) => isSign(piece, ';'))) return { reason: 'it is a chain of several statements' };
  const first = pieces.find((piece) => !isSign(piece, '('));
  if (!first || !isWord(first, ...VERBS)) {
    const word = first?.kind === 'word' ? first.text.toUpperCase() : 'this';
    return {
      reason: `${word} is no statement that has a plan; only SELECT, INSERT, UPDATE, DELETE and MERGE have one`,
    };
  }
  const verb = verbOf(pieces, first);
  const { sql, parameters } = mended(text, pieces);
  return { sql, verb, parameters };
}

function isSign(piece: SqlPiece | undefined, sign: string): boolean {
  return piece?.kind === 'sign' && piece.text === sign;
}

/** After WITH the first of these words outside of brackets. */
function verbOf(pieces: readonly SqlPiece[], first: SqlPiece): Verb {
  const writes = ['insert', 'update', 'delete', 'merge'];
  const found = isWord(first, 'with')
    ? pieces.find((piece) => piece.depth === 0 && isWord(piece, 'select', 'values', ...writes))
    : first;
  const word = found?.text.toLowerCase() ?? 'select';
  return writes.includes(word) ? (word as Verb) : 'select';
}

const TYPE_BEFORE_LITERAL = ['interval', 'date', 'timestamp', 'timestamptz', 'time', 'timetz'];

/**
 * pg_stat_statements puts `$1` where the grammar wants a literal: `interval $1`, `extract($1 from …)`. Both are written so that
 * they parse, with the same plan. Parameters are numbered anew, without gaps.
 */
function mended(text: string, pieces: readonly SqlPiece[]): { sql: string; parameters: number } {
  const numbers = new Map<string, number>();
  let sql = '';
  let at = pieces[0]?.start ?? 0;
  for (const [n, piece] of pieces.entries()) {
    const before = pieces[n - 1];
    const gap = text.slice(at, piece.start);
    at = piece.end;
    const next = pieces[n + 1];
    if (isWord(piece, ...TYPE_BEFORE_LITERAL) && next?.kind === 'parameter' && !isCastType(before)) {
      sql += gap + `${piece.text.toLowerCase()} `;
      continue;
    }
    if (piece.kind !== 'parameter') {
      sql += gap + piece.text;
      continue;
    }
    if (isSign(before, '(') && isWord(pieces[n - 2], 'extract') && isWord(next, 'from')) {
      sql += `${gap}epoch`;
      continue;
    }
    const number = numbers.get(piece.text) ?? numbers.size + 1;
    numbers.set(piece.text, number);
    const type =
      isWord(before, ...TYPE_BEFORE_LITERAL) && !isCastType(pieces[n - 2]) ? before?.text.toLowerCase() : undefined;
    if (type === undefined) sql += `${gap}$${number}`;
    else sql = `${sql.slice(0, sql.trimEnd().length - type.length)}($${number})::${type}`;
  }
  return { sql, parameters: numbers.size };
}

/** In `$1::date` and `as date` the word is a type already. */
function isCastType(before: SqlPiece | undefined): boolean {
  return isSign(before, ':') || isWord(before, 'as');
}
