import { COUNTERS, type Counted, type StatementWindow } from '../core/statement.ts';

/** One shape over a span. */
export type ShapeTotal = { counted: Counted; databases: ReadonlySet<string>; roles: ReadonlySet<string> };
/** All that was counted between two times. `least` is what a statement may have taken without being among the shapes. */
export type Span = {
  from: string;
  to: string;
  seconds: number;
  calls: number;
  totalMs: number;
  shapes: ReadonlyMap<string, ShapeTotal>;
  others: number;
  leastMs: number;
};

const FIRST_COUNTER = 3;

/** Pure: the sum of some windows. `seconds` is the time that they cover, which is less than the whole where one is missing. */
export function spanOf(windows: readonly StatementWindow[]): Span {
  const shapes = new Map<string, { counters: number[]; databases: Set<string>; roles: Set<string> }>();
  for (const { rows } of windows) {
    for (const [shape, database, role, ...counters] of rows) {
      const sum = shapes.get(shape) ?? { counters: COUNTERS.map(() => 0), databases: new Set(), roles: new Set() };
      shapes.set(shape, sum);
      sum.databases.add(database);
      sum.roles.add(role);
      for (const [n, one] of counters.entries()) sum.counters[n] = (sum.counters[n] ?? 0) + one;
    }
  }
  const total = (of: (window: StatementWindow) => number) => windows.reduce((sum, window) => sum + of(window), 0);
  return {
    from: windows[0]?.from ?? '',
    to: windows.at(-1)?.to ?? '',
    seconds: total(secondsOf),
    calls: total(({ calls }) => calls),
    totalMs: total(({ totalMs }) => totalMs),
    shapes: new Map([...shapes].map(([shape, sum]) => [shape, { ...sum, counted: countedOf(sum.counters) }])),
    others: total(({ others }) => others),
    leastMs: Math.max(0, ...windows.map(leastOf)),
  };
}

export function secondsOf({ from, to }: Pick<StatementWindow, 'from' | 'to'>): number {
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}

function leastOf({ rows, others }: StatementWindow): number {
  return others === 0 ? 0 : ((rows.at(-1)?.[FIRST_COUNTER + COUNTERS.indexOf('totalMs')] as number | undefined) ?? 0);
}

/** Numbers by the names of COUNTERS. */
export function countedOf(counters: readonly number[]): Counted {
  return Object.fromEntries(COUNTERS.map((counter, n) => [counter, counters[n] ?? 0])) as Counted;
}

/** What one call took of each. */
export function perCall(counted: Counted): Counted {
  const calls = Math.max(1, counted.calls);
  return countedOf(COUNTERS.map((counter) => counted[counter] / calls));
}

/** Sessions kept busy on the average. */
export function loadOf(totalMs: number, seconds: number): number {
  return seconds > 0 ? totalMs / 1000 / seconds : 0;
}
