import { expect, test } from 'vitest';
import { unfreeze } from '../../src/operations/unfreeze.ts';
import { braking } from './braking.ts';

test('the end of a freeze says what it was', async () => {
  const { outcome } = await braking(unfreeze, {});
  expect(outcome).toMatchObject({
    done: {
      headline: 'not frozen any more; it was, by ada since 2026-11-24 02:00 UTC: audit until noon',
      status: 'info',
    },
  });
});

test('where nothing is frozen it says so', async () => {
  const { outcome } = await braking(unfreeze, {}, 'nothing');
  expect(outcome).toEqual({
    refused: 'laptop is not frozen; a freeze is ended by the name under which it was said',
  });
});

test('only who may approve lets the bot act again', () => {
  expect(unfreeze.role).toBe('approver');
});
