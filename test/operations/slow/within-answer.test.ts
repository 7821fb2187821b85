import { expect, test } from 'vitest';
import { RESULT_BYTES_LIMIT } from '../../../src/app/room.ts';
import { COUNTERS, type StatementLook, type StatementRow } from '../../../src/core/statement.ts';
import { withinAnswer, type Counting } from '../../../src/operations/slow/counting.ts';

function look(member: string, count: number, name = 'n'): StatementLook {
  const rows = Array.from({ length: count }, (_, n): StatementRow => [
    `${2 ** 53 + n}`,
    name,
    name,
    ...COUNTERS.map(() => (count - n) * 1_234_567.1),
  ]);
  const about = { member, role: 'primary', at: '2026-11-28T03:00:00.000Z', resetAt: null } as const;
  const all = { calls: 0, totalMs: 0, statements: count };
  return { ...about, forgotten: 0, leastMs: 0, all, unmeasured: [], rows, running: [] };
}

function counting(...looks: StatementLook[]): Counting {
  return { looks, blind: [], more: 0, tables: [] };
}

test('what is counted fits into the answer of a room, however long names are: rows that took least are left out', () => {
  const most = counting(look('a', 1_000, 'ü'.repeat(31)), look('b', 250, 'ü'.repeat(31)), look('c', 250));
  const fitting = withinAnswer(most);
  expect(Buffer.byteLength(JSON.stringify(most))).toBeGreaterThan(RESULT_BYTES_LIMIT);
  expect(Buffer.byteLength(JSON.stringify(fitting))).toBeLessThan(RESULT_BYTES_LIMIT);
  const [first] = fitting.looks;
  expect(first?.rows.length).toBeGreaterThan(300);
  expect(first?.rows).toEqual(most.looks[0]?.rows.slice(0, first?.rows.length));
  // Less than the last one shown is not told apart.
  expect(first?.leastMs).toBe(Math.ceil(Number(first?.rows.at(-1)?.[4])));
});

test('ten thousand commands of modules are those that take most', () => {
  const fitting = withinAnswer(counting({ ...look('cache', 10_000), rows: look('cache', 10_000).rows.toReversed() }));
  expect(Buffer.byteLength(JSON.stringify(fitting))).toBeLessThan(RESULT_BYTES_LIMIT);
  expect(fitting.looks[0]?.rows[0]).toEqual(look('cache', 10_000).rows[0]);
});

test('what fits stays as it is', () => {
  const few = counting(look('a', 500));
  expect(withinAnswer(few)).toBe(few);
});
