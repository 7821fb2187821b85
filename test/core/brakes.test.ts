import { expect, test } from 'vitest';
import { whyNotAct } from '../../src/core/brakes.ts';

const freeze = { subject: 'production', by: 'ada', reason: 'audit until noon', at: '2026-11-24T02:00:12.000Z' };
const coolDown = {
  target: 'shop-db',
  runId: 'switchover-1',
  why: 'A switchover ended without an answer',
  at: '2026-11-24T02:00:00.000Z',
  until: '2026-11-24T03:00:00.000Z',
};
const shop = { name: 'shop-db', environment: 'production' };
const end = { id: 'end', risk: 'interrupts' } as const;
const switchover = { id: 'switchover', risk: 'interrupts', movesWrites: true } as const;

test('nothing keeps the bot from acting where nobody said so', () => {
  expect(whyNotAct({ freezes: [], coolDowns: [] }, shop, switchover)).toBeUndefined();
});

test('a freeze of an environment holds for all its targets and for every verb, and for no other environment', () => {
  const inForce = { freezes: [freeze], coolDowns: [] };
  const sentence =
    'ada has frozen production at 2026-11-24 02:00 UTC: audit until noon. Nothing is changed there until somebody says /db unfreeze production.';
  expect(whyNotAct(inForce, shop, end)).toBe(sentence);
  expect(whyNotAct(inForce, { name: 'other', environment: 'production' }, switchover)).toBe(sentence);
  expect(whyNotAct(inForce, { name: 'shop-db', environment: 'staging' }, end)).toBeUndefined();
});

test('a freeze of a target holds for that one', () => {
  const inForce = { freezes: [{ ...freeze, subject: 'shop-db' }], coolDowns: [] };
  expect(whyNotAct(inForce, shop, end)).toContain('/db unfreeze shop-db');
  expect(whyNotAct(inForce, { ...shop, name: 'other' }, end)).toBeUndefined();
});

test('a cool-down holds for what moves writes, and lets a session be ended', () => {
  const inForce = { freezes: [], coolDowns: [coolDown] };
  expect(whyNotAct(inForce, shop, switchover)).toBe(
    'A switchover ended without an answer: the writes of shop-db stay where they are until 2026-11-24 03:00 UTC, or until somebody who has looked says /db ack shop-db.',
  );
  expect(whyNotAct(inForce, shop, end)).toBeUndefined();
  expect(whyNotAct(inForce, { ...shop, name: 'other' }, switchover)).toBeUndefined();
});
