import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoreCatalogue } from '../../../src/backups/catalogue/catalogue.ts';
import { retentionPlan, type RetentionPlan } from '../../../src/backups/retention/plan.ts';
import { usualBackupPolicy } from '../../../src/core/backup-policy.ts';
import { anyWorld, placeOf, promises } from '../any-world.ts';
import { hour, REDIS, START_MS, StoredWorld, SYSTEM } from '../world.ts';

const DAY = 24;
const atHour = (hours: number): number => START_MS + hours * 3_600_000;
const planOf = async (world: StoredWorld, hours: number): Promise<RetentionPlan> => {
  const plan = retentionPlan(await world.catalogue(hours), usualBackupPolicy, atHour(hours));
  if (!plan) throw new Error('no plan');
  return plan;
};
const removed = ({ remove }: RetentionPlan): string[] => remove.map(({ label }) => label);

/** A full a week, an increment on each day between, a segment of WAL an hour. */
function weeks(count: number): { world: StoredWorld; fulls: string[]; last: number } {
  const world = new StoredWorld();
  const fulls: string[] = [];
  let parent = '';
  for (let day = 0; day < count * 7; day += 1) {
    const label = world.backup(day * DAY + 2, day % 7 === 0 ? 'full' : 'incremental', day % 7 === 0 ? {} : { parent });
    if (day % 7 === 0) fulls.push(label);
    parent = label;
  }
  const last = count * 7 * DAY;
  for (let segment = 0; segment < last; segment += 1) world.wal(segment);
  return { world, fulls, last };
}

describe('retention', () => {
  it('keeps any second of 7 days and the fulls of 30, and drops the rest once a newer one was proved', async () => {
    const { world, fulls, last } = weeks(7);
    world.proof(SYSTEM, fulls[6] ?? '', last - 5 * DAY);
    const plan = await planOf(world, last);
    const kept = plan.keep.map(({ label }) => label);
    // 49 days: the fulls of days 21 to 42, and from the last one before the window on every increment.
    expect(kept.filter((label) => label.endsWith('full'))).toEqual(fulls.slice(3));
    expect(kept.filter((label) => label.endsWith('incremental'))).toHaveLength(6 + 6);
    expect(plan.heldBack).toBeNull();
    expect(removed(plan)).toHaveLength(49 - kept.length);
    expect(plan.freedBytes).toBeGreaterThan(0);
  });

  it('drops nothing that is past the policy until something newer was restored and verified from this store', async () => {
    const { world, fulls, last } = weeks(7);
    expect(removed(await planOf(world, last))).toEqual([]);
    world.proof(SYSTEM, fulls[6] ?? '', last - DAY, { level: 'L2' });
    world.proof(SYSTEM, fulls[6] ?? '', last - DAY, { store: 'secondary' });
    const plan = await planOf(world, last);
    expect(removed(plan)).toEqual([]);
    expect(plan.wal.keys).toEqual([]);
    expect(plan.heldBack).toMatch(
      /^\d+ backups past the policy stay in primary: no newer one was restored and verified/,
    );
  });

  it('keeps the last proven one, whatever its age', async () => {
    const { world, fulls, last } = weeks(7);
    world.proof(SYSTEM, fulls[1] ?? '', 8 * DAY);
    const plan = await planOf(world, last);
    expect(removed(plan)).toContain(fulls[0]);
    expect(plan.keep.find(({ label }) => label === fulls[1])?.for).toEqual([
      'it is the newest that was restored and verified',
    ]);
  });

  it('keeps what is pinned, and its parents', async () => {
    const { world, fulls, last } = weeks(7);
    world.proof(SYSTEM, fulls[6] ?? '', last - DAY);
    const [, second = ''] = [...world.objects.keys()].flatMap((key) => /base\/([^/]+)\/done/.exec(key)?.[1] ?? []);
    world.pin(second, 30);
    const plan = await planOf(world, last);
    expect(plan.keep.slice(0, 2)).toEqual([
      { label: fulls[0], sizeBytes: 1000, for: [`${second} builds on it`] },
      { label: second, sizeBytes: 1000, for: ['it is pinned'] },
    ]);
  });

  it('touches nothing of another system, nothing unreadable and nothing that is not ours', async () => {
    const { world, fulls, last } = weeks(7);
    world.proof(SYSTEM, fulls[6] ?? '', last - DAY);
    world.put('shop-db/postgres-9-18/base/20200101T000000Z-full/base.tar', hour(1), '', 9);
    world.put(`shop-db/postgres-${SYSTEM.systemId}-18/base/20200101T000000Z-full/done.json`, hour(1), 'torn');
    world.put(`shop-db/postgres-${SYSTEM.systemId}-18/base/20200101T000000Z-full/photo.jpg`, hour(1), '');
    world.put(`shop-db/postgres-${SYSTEM.systemId}-18/base/20200102T000000Z-full/base.tar`, hour(1), '', 9);
    const plan = await planOf(world, last);
    const keys = [...plan.remove.flatMap((gone) => gone.keys), ...plan.wal.keys];
    expect(keys.filter((key) => /postgres-9|20200101|jpg/.test(key))).toEqual([]);
    expect(plan.remove.find(({ label }) => label === '20200102T000000Z-full')?.why).toBe('it was never finished');
    expect(await planOf(world, 5).catch(() => null)).not.toBeNull();
  });

  it('plans nothing where it did not see all', async () => {
    const { world, last } = weeks(2);
    const cut: StoreCatalogue = { ...(await world.catalogue(last)), leftOut: ['something'] };
    expect(retentionPlan(cut, usualBackupPolicy, atHour(last))).toBeNull();
  });

  it('keeps snapshots of Redis for a week, and then until a newer one was proved', async () => {
    const world = new StoredWorld();
    const labels = Array.from({ length: 10 }, (_, day) => world.snapshot(day * DAY));
    expect(removed(await planOf(world, 10 * DAY))).toEqual([]);
    world.proof(REDIS, labels[8] ?? '', 9 * DAY);
    expect(removed(await planOf(world, 10 * DAY))).toEqual(labels.slice(0, 3));
  });

  it('drops the beginning of a segment that is there in full', async () => {
    const world = new StoredWorld();
    world.backup(2, 'full');
    world.wal(2).wal(3).partial(3, 0.5).partial(4, 0.5);
    const plan = await planOf(world, 5);
    expect(plan.wal.keys).toHaveLength(1);
    expect(plan.wal.keys[0]).toMatch(/3\.partial/);
  });
});

/** The world without what a plan removes. */
function without(world: StoredWorld, plan: RetentionPlan): StoredWorld {
  const rest = new StoredWorld();
  const gone = new Set([...plan.remove.flatMap(({ keys }) => keys), ...plan.wal.keys]);
  const besides = plan.remove.map(({ label }) => new RegExp(`/base/${label}/(?:proof|pin)/`));
  for (const [key, value] of world.objects)
    if (!gone.has(key) && !besides.some((beside) => beside.test(key))) rest.objects.set(key, value);
  return rest;
}

describe('after any plan', () => {
  it(
    'every promised restore point is still there, nothing more goes, and later only more does',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(anyWorld, async ({ world, hours, later, policy }) => {
          const before = await world.catalogue(hours);
          const plan = retentionPlan(before, policy, atHour(hours));
          fc.pre(plan !== null);
          if (!plan) return;
          const left = without(world, plan);
          const after = await left.catalogue(hours);
          expect(promises(placeOf(after), policy, atHour(hours))).toEqual(
            promises(placeOf(before), policy, atHour(hours)),
          );
          // No child loses its parent, and what could be restored to its end and stays still can.
          expect(
            placeOf(after)
              .backups.filter(({ chain }) => chain !== null)
              .map(({ label }) => label),
          ).toEqual(
            placeOf(before)
              .backups.filter(({ chain, label }) => chain !== null && !removed(plan).includes(label))
              .map(({ label }) => label),
          );
          const again = retentionPlan(after, policy, atHour(hours));
          expect(again?.remove).toEqual([]);
          expect(again?.wal.keys).toEqual([]);
          const then = retentionPlan(before, policy, atHour(hours + later * DAY));
          expect(removed(then ?? plan)).toEqual(expect.arrayContaining(removed(plan)));
          expect(then?.wal.keys).toEqual(expect.arrayContaining([...plan.wal.keys]));
        }),
        { numRuns: 100 },
      );
    },
  );
});
