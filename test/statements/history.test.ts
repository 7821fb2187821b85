import { expect, test } from 'vitest';
import type { StatementWindow } from '../../src/core/statement.ts';
import { historyOf, type MemberWindow } from '../../src/statements/history.ts';

const hour = (n: number) => new Date(Date.parse('2026-11-28T00:00:00Z') + n * 3_600_000).toISOString();

function window(member: string, n: number, role?: StatementWindow['role']): MemberWindow {
  const nothing = { calls: 0, totalMs: 0, rows: [], others: 0, forgotten: 0 };
  return { member, window: { from: hour(n), to: hour(n + 1), ...nothing, ...(role ? { role } : {}) } };
}
const starts = (windows: readonly StatementWindow[]) => windows.map(({ from }) => from);

test('a replica that took over the writes is compared with the member that took them before', () => {
  const all = [
    ...[0, 1, 2].map((n) => window('a', n, 'primary')),
    ...[0, 1, 2].map((n) => window('b', n, 'replica')),
    window('b', 3, 'changed'),
    window('b', 4, 'primary'),
  ];
  const { windows, since, formerly } = historyOf({ member: 'b', role: 'primary' }, all);
  expect(starts(windows)).toEqual([0, 1, 2, 3, 4].map(hour));
  expect(windows[1]).toBe(all[1]?.window);
  expect({ since, formerly }).toEqual({ since: hour(3), formerly: 'a' });
});

test('a primary that became a replica is compared with what it did since then', () => {
  const all = [
    window('a', 0, 'primary'),
    window('a', 1, 'changed'),
    window('a', 2, 'replica'),
    window('b', 0, 'replica'),
  ];
  const { windows, formerly } = historyOf({ member: 'a', role: 'replica' }, all);
  expect(starts(windows)).toEqual([hour(1), hour(2)]);
  expect(formerly).toBeNull();
});

test('a primary that was away and is back has its own time, that of the one in between, and no hour twice', () => {
  const all = [
    window('a', 0, 'primary'),
    window('a', 1, 'changed'),
    window('a', 2, 'replica'),
    window('a', 3, 'changed'),
    window('b', 0, 'replica'),
    window('b', 1, 'changed'),
    window('b', 2, 'primary'),
    window('c', 2, 'primary'),
  ];
  const { windows, formerly } = historyOf({ member: 'a', role: 'primary' }, all);
  expect(starts(windows)).toEqual([0, 2, 3].map(hour));
  expect(formerly).toBe('b');
});

test('who never changed has its own windows, those without a role too', () => {
  const all = [window('a', 0), window('a', 1, 'primary'), window('b', 0, 'replica')];
  expect(historyOf({ member: 'a', role: 'primary' }, all)).toEqual({
    windows: all.slice(0, 2).map((one) => one.window),
    since: null,
    formerly: null,
  });
});
