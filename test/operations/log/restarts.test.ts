import { describe, expect, it } from 'vitest';
import { foldRestarts } from '../../../src/operations/log/restarts.ts';

describe('a restart in the log', () => {
  const line = (message: string, at: string, count = 1) => ({
    kind: 'restart' as const,
    message,
    count,
    first: `2026-11-28T01:5${at}.000Z`,
    last: `2026-11-28T01:5${at}.000Z`,
    who: [],
    statement: null,
  });
  const lines = [
    line('received fast shutdown request', '0:01'),
    line('the database system is shutting down', '0:02', 3),
    line('starting PostgreSQL 18.4', '0:04'),
    line('the database system is starting up', '0:05', 2),
    line('database system is ready to accept connections', '0:06'),
  ];
  const folded = (groups: readonly ReturnType<typeof line>[]) =>
    foldRestarts(groups.map((group) => ({ ...group, member: 'shop-db-1' })));

  it('is one event, with who asked, when it was back and how many were refused', () => {
    expect(folded(lines)).toEqual([
      {
        kind: 'restart',
        member: 'shop-db-1',
        message:
          'the server restarted; received fast shutdown request; starting PostgreSQL 18.4; ready to accept connections; 5 clients refused meanwhile',
        count: 1,
        first: '2026-11-28T01:50:01.000Z',
        last: '2026-11-28T01:50:06.000Z',
        who: [],
        statement: null,
      },
    ]);
  });

  it('that is not over says so, and several are counted', () => {
    expect(folded(lines.slice(0, 4))[0]?.message).toContain('not ready yet');
    const twice = lines.map((one) => Object.assign({}, one, { count: one.count * 2 }));
    expect(folded(twice)[0]?.message).toContain('the server restarted 2 times');
  });
});
