import type { Verb } from './explainable.ts';
import { isWord, sqlPieces, type SqlPiece } from './sql-pieces.ts';

/**
 * Pure: the SELECT that finds the same rows as a simple UPDATE or DELETE, or that an INSERT takes its rows from, or without its FOR
 * UPDATE; undefined where there is none. To plan it takes the right to read only.
 */
export function readPart(sql: string, verb: Verb): string | undefined {
  const pieces = sqlPieces(sql);
  if (!pieces || verb === 'merge') return undefined;
  const top = pieces.filter(({ depth }) => depth === 0);
  if (verb === 'select') return unlocked(sql, top);
  const begin = top.find((piece) => isWord(piece, verb));
  if (!begin) return undefined;
  const after = top.slice(top.indexOf(begin) + 1);
  const prefix = sql.slice(0, begin.start);
  if (/\b(?:insert|update|delete|merge)\b/i.test(prefix)) return undefined;
  const part = verb === 'insert' ? selectOf(sql, after) : rowsOf(sql, after, verb);
  return part === undefined ? undefined : prefix + part;
}

/** https://www.postgresql.org/docs/current/sql-select.html#SQL-FOR-UPDATE-SHARE */
function unlocked(sql: string, top: readonly SqlPiece[]): string | undefined {
  const lock = top.find((piece, n) => isWord(piece, 'for') && isWord(top[n + 1], 'update', 'share', 'no', 'key'));
  return lock && sql.slice(0, lock.start);
}

function selectOf(sql: string, after: readonly SqlPiece[]): string | undefined {
  const select = after.find((piece) => isWord(piece, 'select', 'with'));
  if (!select) return undefined;
  const last = after.find((piece) => piece.start > select.start && isWord(piece, 'returning'));
  const conflict = after.find((piece, n) => isWord(piece, 'on') && isWord(after[n + 1], 'conflict'));
  return sql.slice(select.start, Math.min(last?.start ?? sql.length, conflict?.start ?? sql.length));
}

/** UPDATE t SET … FROM u WHERE …; DELETE FROM t USING u WHERE …: SELECT FROM t, u WHERE …. */
function rowsOf(sql: string, after: readonly SqlPiece[], verb: 'update' | 'delete'): string | undefined {
  const tableAt = verb === 'delete' && isWord(after[0], 'from') ? after[1] : after[0];
  if (!tableAt) return undefined;
  const at = (...words: readonly string[]) =>
    after.find((piece) => piece.start > tableAt.start && isWord(piece, ...words))?.start;
  const end = at('returning') ?? sql.length;
  const where = at('where') ?? end;
  const set = verb === 'update' ? at('set') : undefined;
  const more = after.find(
    (piece) =>
      piece.start > (set ?? tableAt.start) &&
      piece.start < where &&
      isWord(piece, verb === 'update' ? 'from' : 'using'),
  );
  const table = sql.slice(tableAt.start, set ?? more?.start ?? where).trim();
  const others = more ? `, ${sql.slice(more.end, where).trim()}` : '';
  const condition = sql.slice(where, end).trim();
  return /^where\s+current\b/i.test(condition) ? undefined : `select from ${table}${others} ${condition}`.trim();
}
