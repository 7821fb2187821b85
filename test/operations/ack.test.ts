import { expect, test } from 'vitest';
import { ack } from '../../src/operations/ack.ts';
import { braking } from './braking.ts';

test('an acknowledged cool-down says what it was for', async () => {
  const { outcome, calls } = await braking(ack, {});
  expect(calls).toEqual([['acknowledge', 'shop-db']]);
  expect(outcome).toMatchObject({
    done: { headline: 'its writes may be moved again; they were held since 2026-11-24 02:00 UTC: It flapped' },
  });
});

test('where nothing cools down it says so', async () => {
  expect((await braking(ack, {}, 'nothing')).outcome).toEqual({
    refused: 'shop-db is not cooling down, and no step is asked after there',
  });
});
