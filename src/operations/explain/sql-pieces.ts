/** A piece of SQL: what it is, where it stands, and how many brackets are open before it. */
export type SqlPiece = {
  kind: 'word' | 'name' | 'parameter' | 'literal' | 'sign';
  text: string;
  start: number;
  end: number;
  depth: number;
};

/** Comments, literals, names, parameters, words, signs. https://www.postgresql.org/docs/current/sql-syntax-lexical.html */
const PIECE =
  /\s+|--[^\n\r]*|(\/\*)|((?:[bBxXnN]|[uU]&)?'(?:[^']|'')*'|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|[eE]'|'|\d[\w.]*|\.\d\w*)|((?:[uU]&)?"(?:[^"]|"")*")|(\$\d+)|([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)|([\s\S])/y;

/**
 * The pieces of one statement without blanks and comments, or undefined where its literals cannot be told for sure: an escape
 * string, a dollar quote, a backslash in a literal, or something that never ends. Then it is not sent to a server.
 */
export function sqlPieces(sql: string): SqlPiece[] | undefined {
  const pieces: SqlPiece[] = [];
  let depth = 0;
  for (let at = 0; at < sql.length;) {
    const piece = pieceAt(sql, at);
    if (!piece) return undefined;
    const { kind, text, end } = piece;
    if (text === ')') depth -= 1;
    if (kind) pieces.push({ kind, text, start: at, end, depth });
    if (text === '(') depth += 1;
    at = end;
  }
  return depth === 0 ? pieces : undefined;
}

type Read = { kind: SqlPiece['kind'] | undefined; text: string; end: number };

/** The piece that begins here, of no kind where it is a blank or a comment; undefined where its end cannot be told. */
function pieceAt(sql: string, at: number): Read | undefined {
  PIECE.lastIndex = at;
  const [text = '', comment, literal, name, parameter, word, sign] = PIECE.exec(sql) ?? [];
  if (text === '' || sign === '"' || (literal !== undefined && !isSure(literal))) return undefined;
  const end = comment === undefined ? at + text.length : endOfComment(sql, at);
  const kinds = { word, name, parameter, literal, sign } as const;
  const kind = (Object.keys(kinds) as (keyof typeof kinds)[]).find((one) => kinds[one] !== undefined);
  return end < 0 ? undefined : { kind, text, end };
}

function isSure(literal: string): boolean {
  return (
    /^[\d.]/.test(literal) ||
    (literal.length > 1 && literal.endsWith("'") && !literal.includes('\\') && !/^[eE]'/.test(literal))
  );
}

/** Block comments nest. */
function endOfComment(sql: string, at: number): number {
  const edges = /\/\*|\*\//g;
  edges.lastIndex = at;
  let depth = 0;
  for (let edge = edges.exec(sql); edge; edge = edges.exec(sql)) {
    depth += edge[0] === '/*' ? 1 : -1;
    if (depth === 0) return edges.lastIndex;
  }
  return -1;
}

/** Whether a piece is this word, in any case. */
export function isWord(piece: SqlPiece | undefined, ...words: readonly string[]): boolean {
  return piece?.kind === 'word' && words.includes(piece.text.toLowerCase());
}
