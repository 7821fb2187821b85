import { expect, it } from 'vitest';
import type { Moved, StatementComparison } from '../../../src/core/statement.ts';
import { findingOf } from '../../../src/operations/slow/findings.ts';
import { countedOf } from '../../../src/statements/span.ts';

const target = { name: 'shop-db', engine: 'postgres' } as Parameters<typeof findingOf>[0];

function finding(running: NonNullable<Moved['running']>) {
  const line = {
    ...countedOf([]),
    shape: '1fc47d00000000',
    text: 'update products set stock = stock where id = ?',
    databases: [],
    roles: [],
    applications: ['shop-web'],
    tags: {},
    share: 0,
  };
  const moved: Moved = { line, kind: 'running', extraLoad: 0.29006308, ratio: 0, signs: [], running };
  return findingOf(target, moved, {} as StatementComparison, undefined);
}

it('says of sessions that wait for a lock that to cancel them frees nobody', () => {
  const said = finding({ sessions: 12, longestSeconds: 7, lockWaits: 12 });
  expect(said.sentence).toContain('the longest for 7 s, and all wait for a lock; ');
  expect(said.next).toBe('See who holds the lock (sessions): to cancel those that wait frees nobody.');
});

it('advises to cancel the oldest where they work', () => {
  const said = finding({ sessions: 4, longestSeconds: 14, lockWaits: 1 });
  expect(said.sentence).toContain('the longest for 14 s; 1 of them waits for a lock; ');
  expect(said.next).toMatch(/cancel the oldest one first/);
});

it('shows numbers with the digits that were measured', () => {
  expect(finding({ sessions: 4, longestSeconds: 14, lockWaits: 0 }).evidence).toMatchObject({ extraLoad: 0.29 });
});
