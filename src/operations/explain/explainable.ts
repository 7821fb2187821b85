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

const TYPE_BEFORE_LITERAL = ['interval', 'date', 'timestamp', 'timestamptz', 'time', 'timetz'];

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

/**
 * pg_stat_statements puts `$1` where the grammar wants a literal: `interval $1`, `extract($1 from …)`. Both are written so that
 * they parse, with the same plan. Parameters are numbered anew, without gaps.
 */
function mended(text: string, pieces: readonly SqlPiece[]): { sql: string; parameters: number } {
  const numbers = new Map<string, number>();
  const written = pieces.map((piece, n) => {
    const gap = text.slice(pieces[n - 1]?.end ?? piece.start, piece.start);
    if (isTypeOfLiteral(pieces, n)) return gap;
    if (piece.kind !== 'parameter') return gap + piece.text;
    if (isFieldOfExtract(pieces, n)) return `${gap}epoch`;
    const number = numbers.get(piece.text) ?? numbers.size + 1;
    numbers.set(piece.text, number);
    return isTypeOfLiteral(pieces, n - 1) ? `($${number})::${pieces[n - 1]?.text}` : `${gap}$${number}`;
  });
  return { sql: written.join(''), parameters: numbers.size };
}

/** In `$1::date` and `as date` the word is a type already. */
function isTypeOfLiteral(pieces: readonly SqlPiece[], n: number): boolean {
  const before = pieces[n - 1];
  if (!isWord(pieces[n], ...TYPE_BEFORE_LITERAL) || pieces[n + 1]?.kind !== 'parameter') return false;
  return !isSign(before, ':') && !isWord(before, 'as');
}

function isFieldOfExtract(pieces: readonly SqlPiece[], n: number): boolean {
  return isSign(pieces[n - 1], '(') && isWord(pieces[n - 2], 'extract') && isWord(pieces[n + 1], 'from');
}
