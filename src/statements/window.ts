import {
  COUNTERS,
  type StatementLook,
  type StatementRow,
  type StatementText,
  type StatementWindow,
  type WindowRow,
} from '../core/statement.ts';

/** Beside them a statement is lost in the sum: the rest is counted only. */
const MOST_ROWS = 400;
const FIRST_COUNTER = 3;
const CALLS = FIRST_COUNTER + COUNTERS.indexOf('calls');
const TOTAL = FIRST_COUNTER + COUNTERS.indexOf('totalMs');

/**
 * Pure: what happened between two looks at one server. undefined where there is no time between them. Counters that went back
 * were reset one by one or forgotten and counted anew: what they show is all of this window.
 */
export function windowBetween(
  before: StatementLook,
  now: StatementLook,
  shapeOf: (id: string) => string,
): StatementWindow | undefined {
  if (now.at <= before.at) return undefined;
  const isReset = wasReset(before.resetAt, now.resetAt);
  const then = new Map(isReset ? [] : before.rows.map((row) => [keyOf(row), row]));
  const grown = now.rows
    .map((row) => grownBy(row, then.get(keyOf(row)), isReset ? 0 : before.leastMs))
    .filter((row) => row !== undefined);
  const rows = folded(grown, shapeOf).toSorted((a, b) => (b[TOTAL] as number) - (a[TOTAL] as number));
  const base = isReset ? { calls: 0, totalMs: 0 } : before.all;
  return {
    from: isReset && now.resetAt !== null && now.resetAt > before.at ? now.resetAt : before.at,
    to: now.at,
    role: before.role === now.role ? now.role : 'changed',
    calls: Math.max(0, now.all.calls - base.calls, sumOf(rows, CALLS)),
    totalMs: Math.max(0, now.all.totalMs - base.totalMs, sumOf(rows, TOTAL)),
    rows: rows.slice(0, MOST_ROWS).map(rounded),
    others: Math.max(0, rows.length - MOST_ROWS),
    forgotten: Math.max(0, now.forgotten - (isReset ? 0 : before.forgotten)),
    ...(isReset ? { resetAt: now.resetAt ?? now.at } : {}),
  };
}

/** What was counted since the server counts, as one window: all that a first look can say. */
export function windowOfAll(look: StatementLook, shapeOf: (id: string) => string): StatementWindow | undefined {
  if (look.resetAt === null) return undefined;
  const nothing: StatementLook = {
    ...look,
    at: look.resetAt,
    rows: [],
    leastMs: 0,
    forgotten: 0,
    all: { calls: 0, totalMs: 0, statements: 0 },
  };
  return windowBetween(nothing, look, shapeOf);
}

/** The shape of an id by the texts that are known; one without a text stands for itself. */
export function shapesOf(texts: Iterable<Pick<StatementText, 'id' | 'shape'>>): (id: string) => string {
  const known = new Map([...texts].map(({ id, shape }) => [id, shape]));
  return (id) => known.get(id) ?? `id:${id}`;
}

/** A server that tells its age in whole seconds begins a bit earlier or later at each look. */
const JITTER_MS = 3_000;

function wasReset(before: string | null, now: string | null): boolean {
  return before !== null && now !== null && Date.parse(now) - Date.parse(before) > JITTER_MS;
}

function keyOf([id, database, role]: StatementRow): string {
  return `${id}\n${database}\n${role}`;
}

/** A statement that was missing at the look before had taken up to `leastMs` by then. */
function grownBy(row: StatementRow, then: StatementRow | undefined, leastMs: number): StatementRow | undefined {
  const calls = row[CALLS] as number;
  if (!then) return calls > 0 && (row[TOTAL] as number) > 2 * leastMs ? row : undefined;
  const isBack = calls < (then[CALLS] as number);
  if (isBack) return calls > 0 ? row : undefined;
  if (calls === then[CALLS]) return undefined;
  const [id, database, role, ...counters] = row;
  return [id, database, role, ...counters.map((one, n) => Math.max(0, one - (then[FIRST_COUNTER + n] as number)))];
}

/** Statements of one shape, in one database and of one role, are one: ids change with the server's version. */
function folded(rows: readonly StatementRow[], shapeOf: (id: string) => string): WindowRow[] {
  const sums = new Map<string, [string, string, string, ...number[]]>();
  for (const [id, database, role, ...counters] of rows) {
    const shape = shapeOf(id);
    const key = `${shape}\n${database}\n${role}`;
    const sum = sums.get(key);
    if (sum)
      for (const [n, one] of counters.entries()) sum[FIRST_COUNTER + n] = (sum[FIRST_COUNTER + n] as number) + one;
    else sums.set(key, [shape, database, role, ...counters]);
  }
  return [...sums.values()];
}

function rounded([shape, database, role, ...counters]: WindowRow): WindowRow {
  return [shape, database, role, ...counters.map((one) => Math.round(one * 100) / 100)];
}

function sumOf(rows: readonly WindowRow[], place: number): number {
  return rows.reduce((sum, row) => sum + (row[place] as number), 0);
}
