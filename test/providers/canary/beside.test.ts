import { afterEach, expect, it } from 'vitest';
import { whyOf } from '../../../src/providers/canary/attempt.ts';
import { besideCanary } from '../../../src/providers/canary/beside.ts';
import type { Acknowledged, CanaryPen } from '../../../src/providers/canary/pen.ts';
import { lostOf } from '../../../src/providers/canary/series.ts';

const events: string[] = [];
afterEach(() => events.splice(0));

function penThat(write: CanaryPen['write']): CanaryPen {
  return { login: 'canary', write, close: () => void events.push('closed') };
}

/** Resolves when the event loop has turned, many times over. */
const turns = async () => {
  for (let n = 0; n < 50; n += 1) await new Promise((resolve) => setImmediate(resolve));
};

it('does not hold up the work by a canary that answers nothing, and closes that in the end', async () => {
  const pen = penThat(() => new Promise(() => void events.push('asked')));
  const result = await besideCanary(pen, 0, async () => {
    events.push('work');
    await turns();
    events.push('worked');
    return { ended: 'switched' };
  });
  expect(events.slice(0, 3)).toEqual(['asked', 'work', 'worked']);
  expect(events).toContain('closed');
  expect(result).toMatchObject({ ended: 'switched', canary: { lost: null } });
  expect(result.canary.attempts.every(({ member }) => member === null)).toBe(true);
});

it('gives a write the time to be answered before the work begins, and a limited time', async () => {
  const hanging = penThat(() => new Promise(() => {}));
  const tried = besideCanary(hanging, 5, async () => ({ began: events.push('began') }));
  expect(await tried).toMatchObject({ began: 1 });
  const answered = penThat(async () => {
    await turns();
    events.push('answered');
    return { member: 'shop-db-1', history: '1', number: 1, before: 0, at: '' };
  });
  await besideCanary(answered, 60_000, async () => ({ began: events.push('began again') }));
  expect(events.indexOf('answered')).toBeLessThan(events.indexOf('began again'));
});

it('goes on until a write that began after the work is acknowledged', async () => {
  let number = 0;
  let isDone = false;
  const pen = penThat(async (): Promise<Acknowledged> => {
    if (isDone) events.push('after');
    return { member: 'shop-db-1', history: '1', number: (number += 1), before: number - 1, at: '' };
  });
  const result = await besideCanary(pen, 0, async () => {
    isDone = true;
    return {};
  });
  expect(events).toContain('after');
  expect(result.canary.attempts.length).toBe(number);
});

it('leaves what the work throws as it is, and what the canary throws alone', async () => {
  const pen = penThat(() => {
    throw new Error('no');
  });
  const broken = besideCanary(pen, 0, async () => {
    throw new Error('the step failed');
  });
  await expect(broken).rejects.toThrow('the step failed');
  expect(events).toContain('closed');
  expect(await besideCanary(pen, 0, async () => ({ ended: 'switched' }))).toMatchObject({ ended: 'switched' });
});

it.each<[string, readonly [string, number, number | null][], number | null]>([
  [
    'nothing where the same server goes on',
    [
      ['a', 1, 0],
      ['a', 2, 1],
    ],
    null,
  ],
  [
    'none where the next one has the last number',
    [
      ['a', 1, 0],
      ['a', 2, 1],
      ['b', 3, 2],
    ],
    0,
  ],
  [
    'none where the next one has more than was acknowledged',
    [
      ['a', 1, 0],
      ['b', 4, 3],
    ],
    0,
  ],
  [
    'those above what the next one has',
    [
      ['a', 1, 0],
      ['a', 2, 1],
      ['a', 3, 2],
      ['b', 2, 1],
    ],
    2,
  ],
  [
    'all where the next one has none',
    [
      ['a', 5, null],
      ['a', 6, 5],
      ['b', 7, null],
    ],
    2,
  ],
  ['nothing where only the next one acknowledged', [['b', 7, 6]], null],
])('counts as lost %s', (_, all, lost) => {
  expect(lostOf(all.map(([history, number, before]) => ({ history, number, before })))).toBe(lost);
});

it.each([
  [Object.assign(new Error('cannot execute UPDATE in a read-only transaction'), { code: '25006' }), 'read-only'],
  [new Error("READONLY You can't write against a read only replica."), 'read-only'],
  [Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }), 'nobody listens'],
  [Object.assign(new Error('the database system is starting up'), { code: '57P03' }), 'starting or stopping'],
  [new Error("NOPERM this user has no permissions to run the 'set' command"), 'the login may not'],
  [new Error('Connection terminated unexpectedly'), 'connection lost'],
  [
    new AggregateError([
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
      Object.assign(new Error('read-only'), { code: '25006' }),
    ]),
    'read-only',
  ],
])('says in a few words why nobody acknowledged it: %s', (thrown, why) => {
  expect(whyOf(thrown)).toBe(why);
});
