import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreedRemoval, type Agreed } from '../../../src/backups/retention/agreed.ts';
import { remembered } from '../../../src/backups/retention/as-of.ts';
import { carryOut } from '../../../src/backups/retention/carry-out.ts';
import { expiredIn, type Upload } from '../../../src/backups/retention/expired.ts';
import { usualBackupPolicy, type BackupPolicy } from '../../../src/core/backup-policy.ts';
import type { PrunableStore } from '../../../src/core/backup-store.ts';
import { anyWorld, placeOf, promises } from '../any-world.ts';
import { hour, START_MS, StoredWorld, SYSTEM } from '../world.ts';

const DAY = 24;
const atHour = (hours: number): number => START_MS + hours * 3_600_000;
const never = (): boolean => false;

/** The store of a world that breaks after so many objects were deleted, in the middle of a request. */
function breaking(
  world: StoredWorld,
  afterObjects = Infinity,
  order: 'forward' | 'backward' = 'forward',
): PrunableStore {
  let left = afterObjects;
  return {
    ...world.store,
    remove: async (keys) => {
      for (const key of order === 'forward' ? keys : keys.toReversed()) {
        if (left === 0) throw new Error('the store went away');
        left -= 1;
        world.objects.delete(key);
      }
      return { hidden: 0 };
    },
    async *unfinished() {},
  };
}

const copyOf = (world: StoredWorld): StoredWorld => {
  const copy = new StoredWorld();
  for (const [key, value] of world.objects) copy.objects.set(key, value);
  return copy;
};

async function agreed(
  world: StoredWorld,
  { hours, policy = usualBackupPolicy, uploads = [] }: { hours: number; policy?: BackupPolicy; uploads?: Upload[] },
  meanwhile: () => void = () => {},
): Promise<Agreed> {
  const about = { target: 'shop-db', policy, at: hour(hours) };
  const { sha256 } = await expiredIn(world.store, uploads, about);
  meanwhile();
  const said = await agreedRemoval(remembered(world.store), uploads, { ...about, sha256 }, hour(hours + 0.1));
  if ('refused' in said) throw new Error(said.refused);
  return said;
}

/** Fulls and increments of some weeks, the newest full proved. */
function weeks(count: number): { world: StoredWorld; labels: string[]; hours: number } {
  const world = new StoredWorld();
  const labels: string[] = [];
  for (let day = 0; day < count * 7; day += 1) {
    const kind = day % 7 === 0 ? 'full' : 'incremental';
    labels.push(world.backup(day * DAY + 2, kind, kind === 'full' ? {} : { parent: labels.at(-1)! }));
  }
  const hours = count * 7 * DAY;
  for (let segment = 0; segment < hours; segment += 6) world.wal(segment);
  world.proof(SYSTEM, labels[(count - 1) * 7] ?? '', hours - DAY);
  return { world, labels, hours };
}

const shownOf = async (world: StoredWorld, hours: number) =>
  placeOf(await world.catalogue(hours)).backups.map(
    ({ label, chain }) => `${label} ${chain === null ? 'no good' : 'good'}`,
  );

describe('a removal', () => {
  it('that breaks after any object leaves nothing that looks like a backup and is none, and is carried on', async () => {
    const { world, hours } = weeks(3);
    const policy = { ...usualBackupPolicy, anySecondDays: 2, fullDays: 8 };
    const all = copyOf(world);
    await carryOut(breaking(all), 'shop-db', await agreed(all, { hours, policy }), never);
    const total = world.objects.size - all.objects.size;
    expect(total).toBeGreaterThan(30);
    for (let after = 0; after < total; after += 1) {
      const broken = copyOf(world);
      const plan = await agreed(broken, { hours, policy });
      await expect(carryOut(breaking(broken, after), 'shop-db', plan, never)).rejects.toThrow('went away');
      expect((await shownOf(broken, hours)).filter((shown) => shown.endsWith('no good'))).toEqual([]);
      // What was begun a while ago goes at once, the rest when it is a week old.
      const later = { hours: hours + 8 * DAY, policy: { ...policy, anySecondDays: 10, fullDays: 16 } };
      await carryOut(breaking(broken), 'shop-db', await agreed(broken, later), never);
      expect([...broken.objects.keys()].filter((key) => !all.objects.has(key) && key.includes('/base/'))).toEqual([]);
      expect([...all.objects.keys()].filter((key) => !broken.objects.has(key) && key.includes('/base/'))).toEqual([]);
    }
  });

  it('of any world, broken anywhere, keeps every promise', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        anyWorld,
        fc.nat(200),
        fc.constantFrom('forward' as const, 'backward' as const),
        async ({ world, hours, policy }, after, order) => {
          const before = await world.catalogue(hours);
          fc.pre(before.places.some(({ backups }) => backups.length > 0));
          const plan = await agreed(world, { hours, policy });
          await carryOut(breaking(world, after, order), 'shop-db', plan, never).catch(() => undefined);
          const left = await world.catalogue(hours);
          expect(promises(placeOf(left), policy, atHour(hours))).toEqual(
            promises(placeOf(before), policy, atHour(hours)),
          );
          const good = new Set(placeOf(before).backups.flatMap(({ label, chain }) => (chain === null ? [] : [label])));
          for (const { label, chain } of placeOf(left).backups) expect(chain !== null, label).toBe(good.has(label));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('spares what was pinned after it was approved, and what that builds on', async () => {
    const { world, labels, hours } = weeks(7);
    const [full = '', child = ''] = labels;
    const plan = await agreed(world, { hours }, () => world.pin(child, hours + 0.05));
    expect(plan.spared.toSorted()).toEqual([full, child]);
    await carryOut(breaking(world), 'shop-db', plan, never);
    expect((await shownOf(world, hours)).slice(0, 2)).toEqual([`${full} good`, `${child} good`]);
  });

  it('stops at what is pinned in the last second', async () => {
    const { world, labels, hours } = weeks(7);
    const [full = '', child = ''] = labels;
    const plan = await agreed(world, { hours });
    world.pin(child, hours + 0.2);
    const said = await carryOut(breaking(world), 'shop-db', plan, never);
    expect(said.spared).toEqual([{ label: child, why: 'somebody pinned it just now' }]);
    expect((await shownOf(world, hours)).slice(0, 2)).toEqual([`${full} good`, `${child} good`]);
  });

  it('is refused where it is not what was approved any more', async () => {
    const { world, labels, hours } = weeks(7);
    const gone = () => void world.objects.delete(`shop-db/postgres-${SYSTEM.systemId}-18/base/${labels[0]}/done.json`);
    const size = world.objects.size;
    await expect(agreed(world, { hours }, gone)).rejects.toThrow(/not what was approved any more: nothing was deleted/);
    expect(world.objects.size).toBe(size - 1);
  });

  it('takes the proofs and pins of a backup along', async () => {
    const { world, labels, hours } = weeks(7);
    const [full = ''] = labels;
    world.proof(SYSTEM, full, 9);
    world.pin(full, 10);
    world.pin(full, 11, 'unpinned');
    await carryOut(breaking(world), 'shop-db', await agreed(world, { hours }), never);
    expect([...world.objects.keys()].filter((key) => key.includes(full))).toEqual([]);
  });

  it('ends between two backups when its time is over', async () => {
    const { world, hours } = weeks(7);
    const plan = await agreed(world, { hours });
    let asked = 0;
    const said = await carryOut(breaking(world), 'shop-db', plan, () => (asked += 1) > 3);
    expect(said).toMatchObject({ isCutShort: true, walObjects: 0 });
    expect(said.removed).toHaveLength(3);
    expect((await shownOf(world, hours)).filter((shown) => shown.endsWith('no good'))).toEqual([]);
  });

  it('gives up uploads that were begun more than a week ago', async () => {
    const { world, hours } = weeks(1);
    const given: string[] = [];
    const upload = (key: string, begunAt: string): Upload => ({
      key,
      begunAt,
      abandon: async () => void given.push(key),
    });
    const uploads = [upload('old', hour(hours - 8 * DAY)), upload('young', hour(hours - 6 * DAY))];
    const said = await carryOut(breaking(world), 'shop-db', await agreed(world, { hours, uploads }), never);
    expect([given, said.uploads]).toEqual([['old'], 1]);
  });
});
