import { expect, it } from 'vitest';
import { foundWords, heardWords, writeFacts } from '../../../src/operations/switchover/write-facts.ts';
import type { WriterSample } from '../../../src/core/writers.ts';

const sample: WriterSample = {
  member: 'shop-db-1',
  at: '2026-11-24T02:55:00.000Z',
  position: '0/3000060',
  history: '7',
  formerHistory: null,
  timeline: 1,
};
const beat = { number: 12, at: '2026-11-24T02:55:01.000Z' };
const names = { from: 'shop-db-1', to: 'shop-db-2' };
const at = '2026-11-24T02:58:01.000Z';
const valuesOf = (known: Parameters<typeof writeFacts>[0]) => writeFacts(known).map(({ value }) => value);

it('says that nobody knows where nobody watches', () => {
  expect(valuesOf({ ...names, last: null, heard: null, at })).toEqual([
    'unknown: `watch` has not seen shop-db-1 take writes',
    'unknown: nobody watches, and there is no canary',
  ]);
});

it('estimates by the samples of the server that takes writes, and not by those of another', () => {
  expect(valuesOf({ ...names, last: { ...sample, bytesPerSecond: 2048 }, heard: null, at })).toEqual([
    '2 kB of log a second, up to 02:55:00 UTC',
    'estimated: it wrote up to 02:55:00 UTC, 3 min before',
  ]);
  expect(valuesOf({ ...names, from: 'shop-db-3', last: sample, heard: null, at })[0]).toMatch(/^unknown/);
});

it('measures by the canary that the other server has', () => {
  expect(valuesOf({ ...names, last: sample, heard: { member: 'shop-db-2', ...beat }, at })[1]).toBe(
    'measured: shop-db-2 has the canary write of 02:55:01 UTC, 3 min before',
  );
});

it.each([
  ['is there', 12, /^ Measured: .*02:55:01 UTC.* is on shop-db-2, and so is all that was acknowledged before it\.$/],
  ['is missing', 11, /^ Measured: .* is not on shop-db-2, .*: that much is lost at least\.$/],
])('says of a failover that the last canary write %s', (_, number, words) => {
  const heard = { member: 'shop-db-2', number, at: beat.at };
  expect(heardWords({ ...names, last: { ...sample, heartbeat: beat }, heard })).toMatch(words);
});

it('says nothing of a canary that was never written', () => {
  expect(heardWords({ ...names, last: sample, heard: null })).toBe('');
  expect(foundWords(11, { ...names, last: sample })).toEqual([]);
});

it('says after it by what the new server had', () => {
  const last = { ...sample, heartbeat: beat };
  expect(foundWords(12, { ...names, last })).toEqual([expect.stringMatching(/is on shop-db-2\.$/)]);
  expect(foundWords(11, { ...names, last })).toEqual([expect.stringMatching(/is not on shop-db-2: it is lost/)]);
});
