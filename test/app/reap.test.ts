import { expect, test } from 'vitest';
import { reap } from '../../src/app/reap.ts';

const began = Date.parse('2026-11-24T02:00:00.000Z');
const intent = {
  runId: 'switchover-0a1b2c3d',
  operation: 'switchover',
  step: 'carryOut',
  target: 'shop-db',
  args: {},
  at: '2026-11-24T02:00:00.000Z',
};

async function reaped(secondsLater: number, at = intent.at) {
  const started: { request: object; claimKey: string }[] = [];
  const answer = await reap({
    intents: { open: async () => [{ ...intent, at }] },
    runs: { start: async (request, claimKey) => (started.push({ request, claimKey }), 'settle-1') },
    now: () => began + secondsLater * 1000,
    log: () => {},
  });
  return { started, answer };
}

test('a step that its room and its run may still answer for is left to them', async () => {
  expect(await reaped(109)).toEqual({ started: [], answer: { reaped: 0 } });
});

test('after the time of the room and of its run somebody asks what became of it, in the name of nobody', async () => {
  const { started, answer } = await reaped(110);
  expect(answer).toEqual({ reaped: 1 });
  expect(started[0]?.request).toEqual({
    operation: 'settle',
    subject: 'shop-db',
    args: { run: 'switchover-0a1b2c3d', step: 'switchover.carryOut' },
    trigger: { kind: 'schedule', name: 'every-minute', scheduledAt: intent.at },
  });
});

test('it is asked once, and again after ten minutes where it is still open', async () => {
  const claims = await Promise.all([110, 170, 599, 600].map(async (s) => (await reaped(s)).started[0]?.claimKey));
  expect(claims[1]).toBe(claims[0]);
  expect(claims[2]).toBe(claims[0]);
  expect(claims[3]).not.toBe(claims[0]);
});

test('one that was seen under way later counts from then, and is asked about anew', async () => {
  const seen = new Date(began + 60_000).toISOString();
  expect((await reaped(169, seen)).started).toEqual([]);
  const [first, second] = [(await reaped(110)).started[0], (await reaped(170, seen)).started[0]];
  expect(second?.claimKey).not.toBe(first?.claimKey);
});
