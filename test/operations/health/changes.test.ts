import { describe, expect, it } from 'vitest';
import type { Good } from '../../../src/core/past.ts';
import { changesOf, fittingChanges, type Comparing } from '../../../src/operations/health/changes.ts';
import { iso } from './looking.ts';

const target = { name: 'shop-cache', engine: 'redis', environment: 'laptop' } as const;
const keys = (count: number) => ({
  read: { members: [{ role: 'primary', keys: count, flushes: 0, runId: 'a' }], unseen: [] },
});
const good: Good = { at: iso(0), samples: { 'redis.policy': keys(5000) } };
const compare = (more: Partial<Comparing> = {}) =>
  changesOf({
    target,
    good,
    rates: undefined,
    now: { at: iso(60), samples: { 'redis.policy': keys(100) } },
    limits: () => ({}),
    ...more,
  });

describe('the changes of a target', () => {
  it('lie between the good look and now, or on one side of the look in between', () => {
    const rates = (count: number) => ({ at: iso(30), samples: { 'redis.policy': keys(count) }, findings: [] });
    expect(compare().changes).toMatchObject([{ id: 'keys-lost', from: iso(0), to: iso(60) }]);
    expect(compare({ rates: rates(5000) }).changes).toMatchObject([{ from: iso(30), to: iso(60) }]);
    expect(compare({ rates: rates(100) }).changes).toMatchObject([{ from: iso(0), to: iso(30) }]);
  });

  it('are noted as not compared where one of the looks has no answer, or one of another release', () => {
    expect(compare({ now: { at: iso(60), samples: {} } })).toMatchObject({
      changes: [],
      notes: ['shop-cache was not compared by redis.policy: no answer then or now.'],
    });
    expect(compare({ good: { at: iso(0), samples: { 'redis.policy': { read: {} } } } }).notes).toHaveLength(1);
    expect(compare({ good: { at: iso(0), samples: {} }, now: { at: iso(60), samples: {} } }).notes).toEqual([]);
  });

  it('are not dated by a reload that came after the look which had seen them', () => {
    const settings = (workMem: string, loadedMinute: number) => ({
      'postgres.settings': {
        read: {
          settings: {},
          pending: [],
          storageOfItsOwn: false,
          changed: { work_mem: [workMem, '4096', 'kB'] },
          loadedAt: iso(loadedMinute),
          setFor: [],
        },
      },
    });
    const own = compare({
      target: { name: 'shop-db', engine: 'postgres', environment: 'laptop' },
      good: { at: iso(0), samples: settings('8192', -500) },
      rates: { at: iso(20), samples: settings('1048576', 10), findings: [] },
      now: { at: iso(35), samples: settings('1048576', 30) },
    });
    expect(own.changes).toMatchObject([{ kind: 'setting', from: iso(0), to: iso(20) }]);
    expect(own.changes[0]).not.toHaveProperty('at');
  });

  it('count by the limits of the target', () => {
    expect(compare({ limits: () => ({ leastLostRatio: 0.99 }) }).changes).toEqual([]);
  });

  it('are none without a good look, which is said', () => {
    expect(compare({ good: undefined })).toEqual({
      target: 'shop-cache',
      since: null,
      changes: [],
      notes: ['No good report of shop-cache is kept to compare with.'],
    });
  });

  it('are as many as fit among many targets, and the others are counted', () => {
    const own = compare();
    const [one] = own.changes;
    const many = { ...own, changes: one ? [one, one, one] : [] };
    expect(fittingChanges(many, 100_000)).toBe(many);
    expect(fittingChanges(many, JSON.stringify([one, one]).length + 20)).toMatchObject({
      changes: [one, one],
      notes: ['Left out among many targets: 1 smaller change of shop-cache.'],
    });
  });
});
