import { afterEach, beforeEach, expect, it } from 'vitest';
import { pin } from '../../src/operations/pin.ts';
import { unpin } from '../../src/operations/unpin.ts';
import { pinning } from './pinning.ts';

let house: Awaited<ReturnType<typeof pinning>>;
beforeEach(async () => {
  house = await pinning();
});
afterEach(() => house.stop());

it('unpinning ends a pin, in every store', async () => {
  const [first] = house.labels;
  await house.run(pin, { backup: first, until: 'forever', reason: 'for now' }, '2026-11-29T02:00:00.000Z');
  expect(await house.run(unpin, { backup: first }, '2026-11-29T03:00:00.000Z')).toMatchObject({
    done: { headline: `${first} in primary and secondary goes when the policy no longer wants it` },
  });
  expect(await house.pinned('2026-11-29T04:00:00.000Z')).toEqual([]);
});

it('unpinning what no store has is refused', async () => {
  expect(await house.run(unpin, { backup: '20200101T000000Z-full' }, '2026-11-29T03:00:00.000Z')).toMatchObject({
    refused: expect.stringMatching(/no store has a finished backup/) as string,
  });
});
