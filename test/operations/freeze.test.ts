import { expect, test } from 'vitest';
import { readArguments } from '../../src/core/arguments.ts';
import { freeze } from '../../src/operations/freeze.ts';
import { braking } from './braking.ts';

test('a freeze says what is stopped, by whom, why, and how it ends', async () => {
  const { outcome, calls } = await braking(freeze, { reason: 'audit until noon' });
  expect(calls).toEqual([['freeze', 'audit until noon']]);
  expect(outcome).toMatchObject({
    done: {
      status: 'warning',
      headline: 'frozen by ada: audit until noon',
      text: [
        expect.stringContaining('The bot changes nothing on shop-db, shop-cache'),
        'Except for switchover.carryOut of switchover-0a1b2c3d, which had begun: it ends, rolls back or is settled by itself.',
        expect.any(String),
      ],
      next: [{ operation: 'unfreeze', target: 'laptop' }],
    },
  });
});

test('a freeze without a reason is asked for one', () => {
  expect(readArguments(freeze.args, { reason: ' ' })).toMatchObject({ problems: [{}] });
});

test('anyone who may ask for work may stop it, without a plan', () => {
  expect([freeze.role, freeze.steps]).toEqual(['operator', {}]);
});
