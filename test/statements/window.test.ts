import { describe, expect, it } from 'vitest';
import { COUNTERS, type StatementLook, type StatementRow } from '../../src/core/statement.ts';
import { windowBetween, windowOfAll } from '../../src/statements/window.ts';

const same = (id: string) => id;

function row(id: string, calls: number, totalMs: number, database = 'shop'): StatementRow {
  return [id, database, 'app', calls, totalMs, ...COUNTERS.slice(2).map(() => 0)];
}

function look(hour: number, rows: StatementRow[], more: Partial<StatementLook> = {}): StatementLook {
  const sum = (place: number) => rows.reduce((total, one) => total + (one[place] as number), 0);
  return {
    member: 'shop-db-1',
    role: 'primary',
    at: `2026-11-24T${String(hour).padStart(2, '0')}:00:00.000Z`,
    resetAt: '2026-11-01T00:00:00.000Z',
    forgotten: 0,
    leastMs: 0,
    all: { calls: sum(3), totalMs: sum(4), statements: rows.length },
    unmeasured: [],
    rows,
    running: [],
    ...more,
  };
}

const grown = (before: StatementLook, now: StatementLook) =>
  windowBetween(before, now, same)?.rows.map(([shape, , , calls, totalMs]) => [shape, calls, totalMs]);

describe('what statements did between two looks', () => {
  it('is what their counters grew by; who did nothing is left out', () => {
    const before = look(1, [row('a', 10, 100), row('b', 5, 50)]);
    expect(grown(before, look(2, [row('a', 13, 160), row('b', 5, 50), row('c', 1, 7)]))).toEqual([
      ['a', 3, 60],
      ['c', 1, 7],
    ]);
  });

  it('is one line for all ids of a shape, apart by database', () => {
    const before = look(1, []);
    const now = look(2, [row('1', 1, 10), row('2', 2, 20), row('1', 4, 40, 'other')]);
    expect(windowBetween(before, now, () => 'q')?.rows.map((one) => one.slice(0, 5))).toEqual([
      ['q', 'other', 'app', 4, 40],
      ['q', 'shop', 'app', 3, 30],
    ]);
  });

  it('is all of a counter that went back: it was reset alone, or forgotten and counted anew', () => {
    expect(grown(look(1, [row('a', 100, 900)]), look(2, [row('a', 4, 30)]))).toEqual([['a', 4, 30]]);
  });

  it('begins at a reset, and says when it was', () => {
    const resetAt = '2026-11-24T01:30:00.000Z';
    const window = windowBetween(look(1, [row('a', 100, 900)]), look(2, [row('a', 120, 950)], { resetAt }), same);
    expect(window).toMatchObject({ from: resetAt, resetAt, calls: 120, totalMs: 950 });
  });

  it('is no reset where a server tells its age in whole seconds', () => {
    const before = look(1, [row('a', 100, 900)]);
    expect(grown(before, look(2, [row('a', 101, 909)], { resetAt: '2026-11-01T00:00:01.000Z' }))).toEqual([
      ['a', 1, 9],
    ]);
  });

  it('leaves out a statement that may only have come into the list', () => {
    const before = look(1, [row('a', 100, 900)], { leastMs: 500 });
    expect(grown(before, look(2, [row('a', 101, 950), row('b', 80, 600), row('c', 9, 1_200)]))).toEqual([
      ['c', 9, 1_200],
      ['a', 1, 50],
    ]);
  });

  it('counts what the server forgot meanwhile', () => {
    expect(windowBetween(look(1, [], { forgotten: 2 }), look(2, [], { forgotten: 5 }), same)).toMatchObject({
      forgotten: 3,
    });
  });

  it('is nothing where no time lies between them', () => {
    expect(windowBetween(look(2, []), look(2, [row('a', 1, 1)]), same)).toBeUndefined();
  });

  it('keeps the 400 that took most and counts the others', () => {
    const many = Array.from({ length: 450 }, (_, n) => row(`s${n}`, 1, n + 1));
    expect(windowBetween(look(1, []), look(2, many), same)).toMatchObject({ others: 50, calls: 450 });
  });
});

describe('a first look', () => {
  it('tells what was counted since the reset, and nothing where nobody knows when that was', () => {
    expect(windowOfAll(look(1, [row('a', 3, 9)]), same)).toMatchObject({
      from: '2026-11-01T00:00:00.000Z',
      totalMs: 9,
    });
    expect(windowOfAll(look(1, [row('a', 3, 9)], { resetAt: null }), same)).toBeUndefined();
  });
});
