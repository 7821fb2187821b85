import { describe, expect, it } from 'vitest';
import { drillTarget, momentOf, randomSecond, wrongEnd } from '../../../src/app/drill/drill-target.ts';
import { whyTooLong } from '../../../src/app/drill/too-long.ts';
import type { RestoreChoice, RestoreSource } from '../../../src/backups/restore/choose.ts';

const nowMs = Date.parse('2026-11-29T12:00:00Z');
const since = { days: 7, nowMs };
const sourceOf = (...spans: [string, string | null][]) =>
  [
    {
      place: { backups: spans.map(([endedAt, anySecondUntil]) => ({ endedAt, anySecondUntil })) },
      histories: new Map(),
    },
  ] as unknown as RestoreSource[];
const twoSpans = sourceOf(
  ['2026-11-28T00:00:00.500Z', '2026-11-28T00:00:10.700Z'],
  ['2026-11-28T00:00:05.000Z', '2026-11-28T00:00:10.700Z'],
  ['2026-11-29T00:00:00.000Z', '2026-11-29T00:00:31.000Z'],
);

describe('a random second', () => {
  it('is whole, and lies where every second is promised, over gaps', () => {
    const drawn = (random: number) => randomSecond(twoSpans, since, random);
    expect(drawn(0)).toEqual({ kind: 'time', at: '2026-11-28T00:00:01.000Z' });
    expect(drawn(0.22)).toEqual({ kind: 'time', at: '2026-11-28T00:00:09.000Z' });
    expect(drawn(0.24)).toEqual({ kind: 'time', at: '2026-11-29T00:00:00.000Z' });
    expect(drawn(0.9999)).toEqual({ kind: 'time', at: '2026-11-29T00:00:30.000Z' });
  });
  it('is none of before the days of the policy', () => {
    expect(randomSecond(twoSpans, { days: 0.6, nowMs }, 0)).toEqual({ kind: 'time', at: '2026-11-29T00:00:00.000Z' });
  });
  it('is refused where no WAL lies after a backup', () => {
    expect(randomSecond(sourceOf(['2026-11-28T00:00:00Z', null]), since, 0.5)).toEqual({
      refused: expect.stringMatching(/no WAL is stored after a backup/) as string,
    });
  });
  it('is not what is asked for where somebody names a time', () => {
    expect(drillTarget('2026-11-28 00:00:05', twoSpans, since)).toEqual({
      kind: 'time',
      at: '2026-11-28T00:00:05.000Z',
    });
    expect(drillTarget('some day', twoSpans, since)).toMatchObject({
      refused: expect.stringMatching(/no time/) as string,
    });
  });
});

const choice = {
  system: { target: 'shop-db', engine: 'postgres', systemId: '1', major: 18 },
  target: { kind: 'latest' },
  chain: [{ endedAt: '2026-11-29T02:00:00.000Z', files: [{ plainBytes: 10 * 1024 ** 3 }] }],
  wal: [{ storedAt: '2026-11-29T02:05:00.000Z', endLsn: 0x8000000n }],
  segmentBytes: 16 * 1024 ** 2,
} as unknown as RestoreChoice;

describe('where a restore ended', () => {
  it('is when the last WAL was stored, or the wanted time', () => {
    expect(momentOf(choice, {})).toBe(Date.parse('2026-11-29T02:05:00Z'));
    expect(momentOf({ ...choice, target: { kind: 'end' } }, {})).toBe(Date.parse('2026-11-29T02:00:00Z'));
    const toLsn = { ...choice, target: { kind: 'lsn', lsn: '0/7000000' } } as const;
    expect(momentOf(toLsn, { time: '2026-11-29 02:03:00.5+00' })).toBe(Date.parse('2026-11-29T02:03:00.500Z'));
  });
  it('is wrong where it is a segment and more before the end of what is stored', () => {
    expect(wrongEnd(choice, { lsn: '0/7FFFF00' })).toEqual([]);
    expect(wrongEnd(choice, { lsn: '0/7000000' })).toEqual([]);
    expect(wrongEnd(choice, { lsn: '0/6FFFFFF' })).toEqual([expect.stringMatching(/^recovery ended at 0\/6FFFFFF/)]);
  });
  it('is wrong where it has what came after the wanted time, or ran out of WAL too early', () => {
    const toTime = { ...choice, target: { kind: 'time', at: '2026-11-29T02:03:00.000Z' } } as const;
    expect(wrongEnd(toTime, { lsn: '0/1', time: '2026-11-29 02:02:59+00' })).toEqual([]);
    expect(wrongEnd(toTime, { lsn: '0/1', time: '2026-11-29 02:03:01+00' })).toHaveLength(1);
    expect(wrongEnd(toTime, { lsn: '0/1', ranOut: true })).toHaveLength(1);
  });
});

describe('what does not fit the time of a room', () => {
  it('is refused before a byte is fetched, with what to do', () => {
    expect(whyTooLong(choice, 870)).toBeUndefined();
    expect(whyTooLong(choice, 60)).toMatch(
      /^10 GB would take about 5 min to restore, .* npx nightshift drill shop-db --here, where/,
    );
  });
});
