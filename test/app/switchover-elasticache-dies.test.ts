import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.ts';
import { MINUTE_MS, SECOND_MS } from '../local/aws/cloud/states/acting.ts';
import { openCacheRuns, startCacheEngines, taggedCache, type CacheEngines } from './cache-group.ts';
import { reportOf, type Behind, type Point, type SwitchoverRuns } from './switchover-runs.ts';

let cache: CacheEngines;
let runs: SwitchoverRuns;
let model = taggedCache();
beforeAll(async () => {
  cache = await startCacheEngines();
});
afterAll(() => cache.stop());
afterEach(() => runs.stop());

const begin = async (change: Partial<Behind>) => {
  model = taggedCache();
  return (runs = await openCacheRuns(cache, { model, ...change }));
};
const netIsOn = () =>
  expect(model.groups[0]).toMatchObject({ Status: 'available', AutomaticFailover: 'enabled', MultiAZ: 'enabled' });

/** A hook that stops the run for good at a point, once so many orders were given; what settles it later passes. */
function stopAt(point: Point, orders: number) {
  let arrived = () => {};
  const there = new Promise<void>((resolve) => (arrived = resolve));
  let isDead = false;
  const at = async (here: Point) => {
    // Two looks come before the first order.
    if (isDead || here !== point || runs.orders() !== orders) return;
    isDead = true;
    arrived();
    await new Promise(() => {});
  };
  return { there, at };
}

/** What the minute's tick does, until nothing is open. */
async function settledAfter(waitMs: number): Promise<Report> {
  await runs.cloud.advance(waitMs);
  for (let n = 0; n < 30; n += 1) {
    const report = reportOf(await runs.settle());
    if ((await runs.state.intents.open()).length === 0) return report;
    await runs.cloud.advance(120 * SECOND_MS);
  }
  throw new Error('it is never settled');
}

async function killedAt(point: Point, orders: number) {
  const { there, at } = stopAt(point, orders);
  const { start, kill } = await begin({ at });
  const arn = start();
  await there;
  kill(arn);
}

describe('a run that is killed', () => {
  it.each([1, 2, 3])(
    'after order %i is carried on by whoever settles it, and nothing is ordered twice',
    async (orders) => {
      await killedAt('look', orders);
      expect(await runs.state.locks.current('target:shop-cache')).toBeDefined();
      const report = await settledAfter(120 * SECOND_MS);
      expect(report.headline).toMatch(
        /^switchover.begin of switchover-\w+ was cut off: switched; ElastiCache replicates/,
      );
      expect([runs.orders(), cache.engines.primary()]).toEqual([3, 'shop-cache-002']);
      netIsOn();
      expect(await runs.state.locks.current('target:shop-cache')).toBeUndefined();
    },
  );

  it('after the first order, and settled only when the plan is too old, is put back as it was', async () => {
    await killedAt('look', 1);
    const report = await settledAfter(30 * MINUTE_MS);
    expect(report.headline).toContain('was cut off: rolled back; shop-cache-002 was not promoted in time.');
    expect([runs.orders(), cache.engines.primary()]).toEqual([2, 'shop-cache-001']);
    netIsOn();
  });

  it('before anything was written down has changed nothing, and can change nothing later', async () => {
    await killedAt('intent', 0);
    const report = await settledAfter(120 * SECOND_MS);
    expect(report.headline).toContain('was cut off: rolled back; It was cut off, and nothing of it is left.');
    expect(runs.orders()).toBe(0);
    netIsOn();
  });

  it.each([
    [0, 'rolled back', 'shop-cache-001', 0],
    [1, 'rolled back', 'shop-cache-001', 2],
    [2, 'switched', 'shop-cache-002', 3],
  ] as const)('with order number %i + 1 written down and not given is %s', async (orders, end, primary, all) => {
    await killedAt('written', orders);
    const report = await settledAfter(120 * SECOND_MS);
    expect(report.headline).toContain(`was cut off: ${end}`);
    expect([runs.orders(), cache.engines.primary()]).toEqual([all, primary]);
    netIsOn();
  });
});

describe('a process that dies', () => {
  it.each([
    ['written', 1, 'shop-cache-001', /^not switched: ElastiCache has not made/],
    ['look', 2, 'shop-cache-002', /^shop-cache-2 takes the writes now/],
  ] as const)('at %s after order %i is followed by another', async (point, orders, primary, headline) => {
    const { there, at } = stopAt(point, orders);
    const { start, crash, ended } = await begin({ at });
    const arn = start();
    await there;
    await crash();
    expect(reportOf(await ended(arn)).headline).toMatch(headline);
    expect(cache.engines.primary()).toBe(primary);
    expect(await runs.state.intents.open()).toEqual([]);
    netIsOn();
  });
});

describe('two that carry on the same step', () => {
  it('do not both give its next order', async () => {
    await killedAt('look', 1);
    const [intent] = await runs.state.intents.open();
    if (!intent) throw new Error('no step is open');
    const before = await runs.state.intents.journal(intent);
    const wrote = await Promise.all([
      runs.state.intents.write(intent, before, { by: 'one' }),
      runs.state.intents.write(intent, before, { by: 'two' }),
    ]);
    expect(wrote.filter(Boolean)).toHaveLength(1);
  });
});
