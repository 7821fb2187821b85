import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { doneKey } from '../../src/backups/layout.ts';
import type { PrunableStore } from '../../src/core/backup-store.ts';
import { untilOf } from '../../src/operations/pin/arguments.ts';
import { pin } from '../../src/operations/pin.ts';
import { SYSTEM } from '../backups/world.ts';
import { pinning } from './pinning.ts';

const at = '2026-11-29T02:00:00.000Z';
let house: Awaited<ReturnType<typeof pinning>>;
beforeEach(async () => {
  house = await pinning();
});
afterEach(() => house.stop());

describe('a pin', () => {
  it('counts in every store that has the backup, and says where it is lacking', async () => {
    const [first, second] = house.labels;
    const args = { backup: first, until: '30d', reason: 'before the migration' };
    expect(await house.run(pin, args, at)).toMatchObject({
      done: {
        headline: `${first} and what it builds on stay in primary and secondary until 2026-12-29 02:00 UTC: before the migration`,
      },
    });
    expect(await house.run(pin, { ...args, backup: second }, at)).toMatchObject({
      done: { text: ['The secondary store does not have it.'] },
    });
    expect(await house.pinned(at)).toEqual([
      [first, 'omar', 'before the migration'],
      [second, 'omar', 'before the migration'],
    ]);
  });

  it('ends at its time', async () => {
    const [first] = house.labels;
    await house.run(pin, { backup: first, until: '2026-12-24', reason: 'Christmas' }, at);
    expect(await house.pinned('2026-12-24T23:59:58.000Z')).toHaveLength(1);
    expect(await house.pinned('2026-12-24T23:59:59.000Z')).toEqual([]);
  });

  it('of what no store has is refused, with where to look', async () => {
    const args = { backup: '20200101T000000Z-full', until: 'forever', reason: 'of old' };
    expect(await house.run(pin, args, at)).toEqual({
      refused: 'no store has a finished backup 20200101T000000Z-full of shop-db: /db backups shop-db lists them',
    });
  });

  it('of what is deleted at the same moment is no success', async () => {
    const [first] = house.labels;
    const remove = async (): Promise<void> => {
      const store = house.primary as unknown as PrunableStore;
      await store.remove([doneKey(SYSTEM, first)]);
    };
    const args = { backup: first, until: 'forever', reason: 'too late' };
    expect(await house.run(pin, args, at, remove)).toMatchObject({
      refused: expect.stringMatching(/was deleted at this moment/) as string,
    });
  });

  it.each([
    ['30d', '2026-12-29T02:00:00.000Z'],
    ['2027-03-31', '2027-03-31T23:59:59.000Z'],
    ['Forever', null],
    ['2026-11-28', undefined],
    ['91d', undefined],
    ['soon', undefined],
  ])('until %s ends at %s', (typed, until) => {
    expect(untilOf(typed, at)).toBe(until);
  });

  it('until nobody knows when is refused, and nothing is said of the backup', async () => {
    const [first] = house.labels;
    expect(await house.run(pin, { backup: first, until: 'soon', reason: 'because' }, at)).toMatchObject({
      refused: expect.stringMatching(/^until is a time such as 30d/) as string,
    });
    expect(await house.pinned(at)).toEqual([]);
  });
});
