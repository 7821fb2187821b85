import { expect, test } from 'vitest';
import { COUNTERS, type Counted, type StatementComparison, type StatementLine } from '../../src/core/statement.ts';
import { withinCheckpoint } from '../../src/statements/within-checkpoint.ts';

const counted = Object.fromEntries(COUNTERS.map((counter) => [counter, 12_345.678])) as Counted;
const line: StatementLine = {
  ...counted,
  shape: '0dd6e0aaaaaaaa',
  text: 'x'.repeat(400),
  databases: ['shop'],
  roles: ['app'],
  applications: [],
  tags: { route: '/cart' },
  share: 0.1,
  usual: { spans: 7, callsPerSecond: 1 / 3, meanMs: 1 / 3, share: 1 / 3, perCall: counted },
};
const moved = { line, kind: 'slower', extraLoad: 1, ratio: 3, signs: [] } as const;
const course = [{ at: '2026-11-28T03:00:00.000Z', loads: [1, 2, 3] }];

function comparisonOf(member: string): StatementComparison {
  const about = { member, role: 'primary', from: '', to: '', seconds: 1, against: null, notes: [] } as const;
  const sums = {
    calls: 1,
    totalMs: 1,
    statements: 1,
    common: { mean: 1, calls: 1 },
    databases: [],
    roles: [],
    commands: [],
  };
  return {
    ...about,
    ...sums,
    lines: Array.from({ length: 20 }, () => line),
    moved: Array.from({ length: 8 }, () => moved),
    course,
  };
}

test('of a cluster the first member is told in full, and of the others as many lines as a checkpoint of 256 KB holds', () => {
  const all = Array.from({ length: 12 }, (_, n) => comparisonOf(`cache-${n}`));
  expect(JSON.stringify(all).length).toBeGreaterThan(256_000);
  const [first, ...others] = withinCheckpoint(all);
  expect(JSON.stringify([first, ...others]).length).toBeLessThan(200_000);
  expect(first).toMatchObject({ moved: all[0]?.moved, course });
  expect(others).toHaveLength(11);
  expect(others.every(({ lines, moved: told }) => lines.length > 10 && told.length === 0)).toBe(true);
});

test('what fits stays as it is', () => {
  const few = [comparisonOf('a'), comparisonOf('b')];
  expect(withinCheckpoint(few)).toEqual(few);
});
