const WHITESPACE = /\s+/y;
const LINE_COMMENT = /--[^\n\r]*/y;
const QUOTED_IDENTIFIER = /"(?:[^"]|"")*"/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const PARAMETER = /\$\d+/y;
const ESCAPE_STRING = /[eE]'(?:[^'\\]|''|\\[\s\S])*'/y;
const STRING = /(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*'/y;
const STRING_START = /(?:[eEbBxXnN]|[uU]&)?'/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const NUMBER = /(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)\w*/y;

/** What one piece of SQL becomes: the text that is kept, where reading goes on, and whether the rest cannot be trusted. */
type Piece = { text: string; end: number; stop?: true };

/**
 * SQL without its literals: strings (also E'', B'', U&'' and dollar-quoted) and numbers become `?`, `$1` stays, comments go,
 * white space is folded, lists of literals shrink to one. A literal or comment that is cut off ends the text with `…`; so does
 * a string whose last character is a backslash, because its end depends on standard_conforming_strings. Never longer than
 * `limit` characters. https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
export function normaliseSql(sql: string, limit = 200): string {
  const kept: string[] = [];
  let at = 0;
  while (at < sql.length) {
    const piece = pieceAt(sql, at);
    kept.push(piece.text);
    if (piece.stop) break;
    at = piece.end;
  }
  const folded = kept.join('').replace(/\s+/g, ' ').trim();
  return shorten(foldLists(folded), limit);
}

function pieceAt(sql: string, at: number): Piece {
  return blankAt(sql, at) ?? literalAt(sql, at) ?? nameAt(sql, at) ?? { text: sql.charAt(at), end: at + 1 };
}

function blankAt(sql: string, at: number): Piece | undefined {
  const end = endOf(WHITESPACE, sql, at) ?? endOf(LINE_COMMENT, sql, at);
  if (end !== undefined) return { text: ' ', end };
  return sql.startsWith('/*', at) ? commentAt(sql, at) : undefined;
}

/** Block comments nest. */
function commentAt(sql: string, at: number): Piece {
  const edges = /\/\*|\*\//g;
  edges.lastIndex = at;
  let depth = 0;
  for (let edge = edges.exec(sql); edge; edge = edges.exec(sql)) {
    depth += edge[0] === '/*' ? 1 : -1;
    if (depth === 0) return { text: ' ', end: edges.lastIndex };
  }
  return { text: ' …', end: sql.length, stop: true };
}

function literalAt(sql: string, at: number): Piece | undefined {
  const parameter = endOf(PARAMETER, sql, at);
  if (parameter !== undefined) return { text: sql.slice(at, parameter), end: parameter };
  return dollarQuoteAt(sql, at) ?? stringAt(sql, at) ?? numberAt(sql, at);
}

function dollarQuoteAt(sql: string, at: number): Piece | undefined {
  const opened = endOf(DOLLAR_TAG, sql, at);
  if (opened === undefined) return undefined;
  const tag = sql.slice(at, opened);
  const closed = sql.indexOf(tag, opened);
  return closed < 0 ? { text: '? …', end: sql.length, stop: true } : { text: '?', end: closed + tag.length };
}

function stringAt(sql: string, at: number): Piece | undefined {
  if (endOf(STRING_START, sql, at) === undefined) return undefined;
  const escaped = endOf(ESCAPE_STRING, sql, at);
  if (escaped !== undefined) return { text: '?', end: escaped };
  const end = /[eE]/.test(sql.charAt(at)) ? undefined : endOf(STRING, sql, at);
  if (end === undefined || sql.slice(at, end).includes("\\'")) return { text: '? …', end: sql.length, stop: true };
  return { text: '?', end };
}

function numberAt(sql: string, at: number): Piece | undefined {
  const end = endOf(NUMBER, sql, at);
  return end === undefined ? undefined : { text: '?', end };
}

function nameAt(sql: string, at: number): Piece | undefined {
  const end = endOf(WORD, sql, at) ?? endOf(QUOTED_IDENTIFIER, sql, at);
  if (end !== undefined) return { text: sql.slice(at, end), end };
  return sql.charAt(at) === '"' ? { text: '…', end: sql.length, stop: true } : undefined;
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function foldLists(sql: string): string {
  return sql.replace(/\?(?: ?, ?\?)+/g, '?').replace(/\(\?\)(?: ?, ?\(\?\))+/g, '(?)');
}

/** The text, or its beginning with `…` when it is longer than `limit` characters. */
export function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, Math.max(0, limit - 1)).trimEnd()}…`;
}
