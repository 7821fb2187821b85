import { describe, expect, it } from 'vitest';
import { afterLook, judgeWriters } from '../../src/core/judge-writers.ts';
import { NO_WRITERS, type KnownWriters, type WriterSample, type WritersSeen } from '../../src/core/writers.ts';

const minute = (n: number) => new Date(Date.UTC(2026, 10, 24, 2, n)).toISOString();
const postgres = (member: string, timeline: number, position: string, at = minute(0)): WriterSample => ({
  member,
  at,
  position,
  history: '7012',
  formerHistory: null,
  timeline,
});
const redis = (member: string, history: string, formerHistory: string | null, at: string): WriterSample => ({
  member,
  at,
  position: '100',
  history,
  formerHistory,
  timeline: null,
});
const seenAt = (at: string, ...writers: WriterSample[]): WritersSeen => ({
  at,
  writers,
  unreached: [],
  leads: [],
  fence: null,
});
/** Looks one after the other, each by a run of its own; what the last one found. */
function keysAfter(...looks: readonly WritersSeen[]): string[] {
  let known: KnownWriters = NO_WRITERS;
  let found: string[] = [];
  looks.forEach((seen, n) => {
    const findings = judgeWriters('shop-db', seen, known);
    known = afterLook(known, seen, findings, `watch-${n}`);
    found = findings.map(({ key }) => key);
  });
  return found;
}

describe('who takes writes', () => {
  const first = seenAt(minute(0), postgres('shop-db-1', 1, '0/5000000', minute(0)));

  it('is fine while one does, and goes on', () => {
    expect(keysAfter(first, seenAt(minute(5), postgres('shop-db-1', 1, '0/5000000', minute(5))))).toEqual([]);
    expect(keysAfter(first, seenAt(minute(5), postgres('shop-db-1', 1, '1/0', minute(5))))).toEqual([]);
  });

  it('is fine after a promotion, on the next timeline', () => {
    expect(keysAfter(first, seenAt(minute(5), postgres('shop-db-2', 2, '0/4FFFFFF', minute(5))))).toEqual([]);
  });

  it('is critical when two do, and says who is on which timeline', () => {
    const both = seenAt(minute(5), postgres('shop-db-1', 1, '0/6000000'), postgres('shop-db-2', 2, '0/5000100'));
    expect(
      judgeWriters(
        'shop-db',
        { ...both, fence: { says: 'open', sentence: 'pool-1 lets clients in to shop.' } },
        NO_WRITERS,
      ),
    ).toMatchObject([
      {
        key: 'watch.two-writers:shop-db-1,shop-db-2',
        severity: 'critical',
        sentence:
          '2 servers of shop-db take writes at once: shop-db-1 (timeline 1, 0/6000000), shop-db-2 (timeline 2, 0/5000100). What one of them takes the other never has.',
        next: 'Keep clients away from shop-db-1, or stop it, before it takes more; then compare what only it has.',
        actions: [{ operation: 'fence', disruptive: true }],
      },
    ]);
  });

  const second = seenAt(minute(5), postgres('shop-db-2', 2, '0/7000000', minute(5)));
  const back = (n: number) => seenAt(minute(n), postgres('shop-db-1', 1, '0/6000000', minute(n)));

  it('is critical when a former primary does alone, as long as it does', () => {
    expect(keysAfter(first, second, back(10))).toEqual(['watch.former-primary:shop-db-1']);
    expect(keysAfter(first, second, back(10), back(15), back(20))).toEqual(['watch.former-primary:shop-db-1']);
    expect(keysAfter(first, second, back(10), { ...second, at: minute(20) })).toEqual([]);
  });

  it('is critical when a server went back in time', () => {
    const restored = seenAt(minute(5), postgres('shop-db-1', 1, '0/4000000', minute(5)));
    expect(keysAfter(first, restored)).toEqual(['watch.former-primary:shop-db-1']);
    expect(keysAfter(first, restored, seenAt(minute(10), postgres('shop-db-1', 1, '0/5000001', minute(10))))).toEqual(
      [],
    );
  });

  it('is not judged by a look that another one overtook', () => {
    const second5 = seenAt(minute(5), postgres('shop-db-2', 2, '0/7000000', minute(5)));
    const asked4 = seenAt(minute(4), postgres('shop-db-1', 1, '0/6000000', minute(4)));
    expect(keysAfter(first, second5, asked4)).toEqual([]);
    expect(
      keysAfter(first, second5, asked4, seenAt(minute(10), postgres('shop-db-2', 2, '0/7000001', minute(10)))),
    ).toEqual([]);
    const skewed = new Date(Date.parse(minute(0)) + 900).toISOString();
    const before = seenAt(skewed, postgres('shop-db-1', 1, '0/4FFFFF0', skewed));
    expect(keysAfter(first, before)).toEqual([]);
    const restored = seenAt(minute(5), postgres('shop-db-1', 1, '0/4FFFFFF', minute(5)));
    expect(keysAfter(first, before, restored)).toEqual(['watch.former-primary:shop-db-1']);
  });

  it('is not compared with another database, nor with what was a month ago', () => {
    const upgraded = { ...postgres('shop-db-1', 1, '0/1000000', minute(5)), history: '8000' };
    expect(keysAfter(first, seenAt(minute(5), upgraded))).toEqual([]);
    const later = '2027-01-24T02:00:00.000Z';
    const quiet = seenAt('2027-01-24T01:55:00.000Z');
    expect(keysAfter(first, second, quiet, seenAt(later, postgres('shop-db-1', 1, '0/6000000', later)))).toEqual([]);
  });

  it('of Redis is fine after a takeover, and critical when a former primary goes on with its old history', () => {
    const one = seenAt(minute(0), redis('shop-cache-1', 'aa', null, minute(0)));
    const two = seenAt(minute(5), redis('shop-cache-2', 'bb', 'aa', minute(5)));
    expect(keysAfter(one, two)).toEqual([]);
    expect(keysAfter(one, two, seenAt(minute(10), redis('shop-cache-1', 'aa', null, minute(10))))).toEqual([
      'watch.former-primary:shop-cache-1',
    ]);
    const restarted = (n: number) => seenAt(minute(n), redis('shop-cache-1', 'cc', 'aa', minute(n)));
    expect(keysAfter(one, two, restarted(10), restarted(15))).toEqual(['watch.former-primary:shop-cache-1']);
    expect(keysAfter(one, two, seenAt(minute(10), redis('shop-cache-1', 'cc', 'bb', minute(10))))).toEqual([]);
  });

  it('has clients that are sent elsewhere', () => {
    const leads = [{ through: 'pool-1', to: '10.0.1.5:5432', member: 'shop-db-1' }];
    expect(keysAfter({ ...second, leads })).toEqual(['watch.pointer:pool-1']);
    expect(keysAfter({ ...second, leads: [{ through: 'pool-1', to: '10.0.1.6:5432', member: 'shop-db-2' }] })).toEqual(
      [],
    );
    const [found] = judgeWriters('shop-db', { ...second, leads: [{ ...leads[0]!, member: null }] }, NO_WRITERS);
    expect(found?.sentence).toBe(
      'pool-1 sends clients to 10.0.1.5:5432, which is no member of shop-db, and shop-db-2 takes the writes.',
    );
  });

  it('lets clients in though a run has closed it, from the first look after that until somebody opens it', () => {
    const open = { says: 'open', sentence: 'pool-1 lets clients in to shop.' } as const;
    const closed: KnownWriters = { ...NO_WRITERS, fenced: { runId: `fence-${'0'.repeat(40)}`, at: minute(2) } };
    const judged = (known: KnownWriters, seen: WritersSeen) =>
      judgeWriters('shop-db', seen, known).map(({ key, sentence }) => [key, sentence]);
    expect(judged(closed, { ...seenAt(minute(5)), fence: open })).toEqual([
      [
        'watch.fence-open',
        'shop-db was closed to clients at 2026-11-24 02:02 UTC by fence-00000000 and is not any more: pool-1 lets clients in to shop.',
      ],
    ]);
    expect(judged(closed, { ...seenAt(minute(1)), fence: open })).toEqual([]);
    expect(judged(closed, { ...seenAt(minute(5)), fence: { ...open, says: 'unknown' } })).toEqual([]);
    expect(judged(NO_WRITERS, { ...seenAt(minute(5)), fence: open })).toEqual([]);
    expect(afterLook(closed, first, [], 'watch-1').fenced).toEqual(closed.fenced);
  });

  it('has clients that look up another server, and leads them by /db repoint and not by the pooler', () => {
    const lead = { through: 'db.shop.internal', to: 'db1.internal', member: 'shop-db-1', pointer: true as const };
    const [found] = judgeWriters(
      'shop-db',
      { ...second, leads: [lead], fence: { says: 'open', sentence: 'pool-1 lets clients in.' } },
      NO_WRITERS,
    );
    expect(found).toMatchObject({
      key: 'watch.pointer:db.shop.internal',
      severity: 'critical',
      sentence: 'db.shop.internal sends clients to shop-db-1 (db1.internal), and shop-db-2 takes the writes.',
      next: 'Point it to shop-db-2: /db repoint shop-db.',
      actions: [{ operation: 'repoint', target: 'shop-db', disruptive: true }],
    });
  });

  it('was told of as long as nobody could read again what clients look up', () => {
    const lead = { through: 'db.shop.internal', to: 'x', member: null, pointer: true as const };
    const astray = { ...second, leads: [lead] };
    const told = afterLook(NO_WRITERS, astray, judgeWriters('shop-db', astray, NO_WRITERS), 'watch-1');
    const unread = { ...seenAt(minute(10), postgres('shop-db-2', 2, '0/7000100', minute(10))), unread: 'not read' };
    const [key = ''] = Object.keys(told.told);
    expect(afterLook(told, unread, [], 'watch-2').told).toEqual({ [key]: { ...told.told[key], missed: 1 } });
  });

  it('was told of until a look that has seen everybody finds it no more', () => {
    const both = seenAt(minute(5), postgres('shop-db-1', 1, '0/6000000'), postgres('shop-db-2', 2, '0/5000100'));
    const told = afterLook(NO_WRITERS, both, judgeWriters('shop-db', both, NO_WRITERS), 'watch-1');
    const half = { ...seenAt(minute(10), postgres('shop-db-2', 2, '0/6000100', minute(10))), unreached: ['shop-db-1'] };
    expect(Object.keys(afterLook(told, half, [], 'watch-2').told)).toEqual(Object.keys(told.told));
    expect(afterLook(told, { ...half, unreached: [] }, [], 'watch-2').told).toEqual({});
  });

  it('was told of no more after three looks in a row without it, however long one server is away', () => {
    const at = (n: number) => [postgres('shop-db-2', 2, '0/7000000', minute(n)), minute(n)] as const;
    const both = (n: number) => seenAt(at(n)[1], postgres('shop-db-1', 1, '0/6000000', minute(n)), at(n)[0]);
    const half = (n: number) => ({ ...seenAt(at(n)[1], at(n)[0]), unreached: ['shop-db-1'] });
    const runThatTold = (...looks: readonly WritersSeen[]) => {
      const known = looks.reduce(
        (before, seen, n) => afterLook(before, seen, judgeWriters('shop-db', seen, before), `watch-${n}`),
        NO_WRITERS,
      );
      return known.told['watch.two-writers:shop-db-1,shop-db-2']?.runId;
    };
    expect(runThatTold(both(0), half(5), half(10), both(15))).toBe('watch-0');
    expect(runThatTold(both(0), half(5), half(10), both(15), half(20), half(25), both(30))).toBe('watch-0');
    expect(runThatTold(both(0), half(5), half(10), half(15), both(20))).toBe('watch-4');
    // Where no server was seen that takes writes the bot may be the one that is cut off.
    const blind = (n: number) => ({ ...seenAt(minute(n)), unreached: ['shop-db-1', 'shop-db-2'] });
    expect(runThatTold(both(0), blind(5), blind(10), blind(15), both(20))).toBe('watch-0');
  });

  it('is news when it is another pair, or another former primary', () => {
    const third = seenAt(minute(5), postgres('shop-db-3', 1, '0/6000000'), postgres('shop-db-2', 2, '0/5000100'));
    expect(judgeWriters('shop-db', third, NO_WRITERS)[0]?.key).toBe('watch.two-writers:shop-db-2,shop-db-3');
  });

  it('is remembered while nobody answers', () => {
    const known = afterLook(NO_WRITERS, first, [], 'watch-1');
    expect(afterLook(known, seenAt(minute(5)), [], 'watch-2')).toEqual(known);
  });
});
