import { expect, it } from 'vitest';
import { canaryChart } from '../../../src/operations/canary/chart.ts';
import { gapOf } from '../../../src/operations/canary/gap.ts';
import { canaryWords, proofWords } from '../../../src/operations/canary/words.ts';
import type { CanaryAttempt, CanaryRecord } from '../../../src/targets/canary.ts';

const names = { from: 'shop-db-1', to: 'shop-db-2' };
const ok = (atMilliseconds: number, member: string, tookMilliseconds = 10): CanaryAttempt => ({
  atMilliseconds,
  tookMilliseconds,
  member,
});
const failed = (atMilliseconds: number, why = 'read-only', tookMilliseconds = 10): CanaryAttempt => ({
  atMilliseconds,
  tookMilliseconds,
  member: null,
  why,
});
const record = (attempts: CanaryAttempt[], lost: number | null = 0): CanaryRecord => ({
  startedAt: '2026-11-24T02:00:00.000Z',
  everyMilliseconds: 200,
  attempts,
  lost,
  found: null,
  login: 'nightshift_canary',
});

it('counts from the last answer of the old server to the first of the new one, and says how finely', () => {
  const seen = record([
    ok(0, 'shop-db-1'),
    ok(200, 'shop-db-1'),
    failed(400),
    failed(600),
    failed(800),
    ok(1000, 'shop-db-2'),
  ]);
  expect(gapOf(seen)).toEqual({
    fromMilliseconds: 210,
    toMilliseconds: 1010,
    failed: 3,
    isOpen: false,
    resolutionMilliseconds: 200,
  });
  expect(canaryWords(seen, names)).toEqual([
    'Canary writes of nightshift_canary stood still for 0.8 s, measured every 0.2 s: 02:00:00.2 to 02:00:01.0 UTC, 3 of 6 failed: 3 read-only.',
    'Lost of the canary: none of what shop-db-1 had acknowledged.',
  ]);
});

it('names a coarser measure where an attempt hung', () => {
  const seen = record([ok(0, 'shop-db-1'), failed(200, 'no answer within 1 s', 1000), ok(1200, 'shop-db-2')]);
  expect(gapOf(seen)?.resolutionMilliseconds).toBe(1000);
});

it('says that none failed where the change is quicker than the measure', () => {
  const seen = record([ok(0, 'shop-db-1'), ok(200, 'shop-db-1'), ok(400, 'shop-db-2'), ok(600, 'shop-db-2')]);
  expect(canaryWords(seen, names)[0]).toBe(
    'None of 4 canary writes of nightshift_canary failed: writes stood still for less than 0.2 s, measured every 0.2 s.',
  );
});

it('counts a write that waited for long and then was taken', () => {
  const seen = record([ok(0, 'shop-db-1'), ok(200, 'shop-db-1', 900), ok(1100, 'shop-db-1')], null);
  expect(canaryWords(seen, names)).toEqual([
    'Canary writes of nightshift_canary stood still for 1.1 s, measured every 0.9 s: 02:00:00.0 to 02:00:01.1 UTC, and none failed.',
  ]);
});

it('says "at least" where nobody took a write from the beginning, as with a dead primary', () => {
  const seen = record([failed(0, 'nobody listens'), failed(200, 'nobody listens'), ok(400, 'shop-db-2')], null);
  expect(canaryWords(seen, names)[0]).toMatch(/stood still for 0\.4 s at least, measured every 0\.2 s/);
});

it('goes on to the end where nobody takes one any more', () => {
  const seen = record([ok(0, 'shop-db-1'), failed(200), failed(400)], null);
  expect(gapOf(seen)).toMatchObject({ isOpen: true, fromMilliseconds: 10, toMilliseconds: 410 });
});

it('tells the number that is missing', () => {
  const seen = record([ok(0, 'shop-db-1'), ok(200, 'shop-db-1'), failed(400), ok(600, 'shop-db-2')], 1);
  expect(canaryWords(seen, names)[1]).toBe(
    'Lost of the canary: 1 of 2 writes that shop-db-1 had acknowledged is not on shop-db-2.',
  );
});

it('measures nothing where nothing was acknowledged, and says what would help', () => {
  const seen = record([failed(0, 'the login may not')], null);
  expect(gapOf(seen)).toBeNull();
  expect(canaryWords(seen, names)).toEqual([
    'Nothing was measured: no canary write of nightshift_canary was acknowledged (the login may not); run infra/migrations/canary.sql, or set its ACL.',
  ]);
  expect(canaryChart('shop-db', seen)).toEqual([]);
});

it('draws a line for each server, and shades the time between them', () => {
  const [chart] = canaryChart('shop-db', record([ok(0, 'shop-db-1'), failed(200), ok(400, 'shop-db-2')]));
  expect(chart?.series.map(({ name }) => name)).toEqual(['shop-db-1', 'shop-db-2']);
  expect(chart?.spans).toEqual([
    { from: '2026-11-24T02:00:00.010Z', to: '2026-11-24T02:00:00.410Z', label: '0.4 s without a write' },
  ]);
});

it('says by which login it is proved that writes are taken', () => {
  const seen = record([ok(0, 'shop-db-1'), ok(200, 'shop-db-2')]);
  expect(proofWords(seen, names)).toMatch(/^shop-db-2 acknowledges writes of nightshift_canary/);
  expect(proofWords(record([ok(0, 'pooler-1')]), names)).toMatch(/^shop-db-2, through pooler-1, acknowledges/);
  expect(proofWords(undefined, names)).toMatch(/^That shop-db-2 takes writes was proved by the login that acts/);
  expect(proofWords(record([ok(0, 'shop-db-1'), failed(200)]), names)).toMatch(/login that acts/);
});
