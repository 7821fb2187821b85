import { describe, expect, it } from 'vitest';
import type { TargetName } from '../../src/core/operation.ts';
import type { Drained } from '../../src/operations/wal/drain.ts';
import { followedReport, walReport } from '../../src/operations/wal/report.ts';

const target: TargetName = { name: 'shop-db', engine: 'postgres', environment: 'laptop' };
const at = '2026-11-29T02:05:00.000Z';
const drained: Drained = {
  done: { timeline: 1, fromLsn: '0/3000000', toLsn: '0/5000148', segments: 2, storedBytes: 2048, gap: null },
  slot: { name: 'nightshift', status: 'reserved', safeBytes: 10 * 1024 ** 3 },
  promoted: null,
  second: null,
};
const told = (change: Partial<Drained['done']>, slot: Partial<Drained['slot']> = {}) =>
  walReport(target, { ...drained, done: { ...drained.done, ...change }, slot: { ...drained.slot, ...slot } }, at);

describe('the report of a fetch of the write-ahead log', () => {
  it('says up to where it can be brought back', () => {
    expect(told({})).toMatchObject({
      status: 'healthy',
      headline: 'the stores have the write-ahead log up to 0/5000148, timeline 1 (2 segments, 2 kB stored)',
    });
  });
  it('is critical where there is a gap, and says what that costs', () => {
    const gap = { afterLsn: '0/4000000', why: 'the slot was lost' };
    expect(told({ gap })).toMatchObject({
      status: 'critical',
      headline: 'the write-ahead log has a gap: the slot was lost',
      findings: [{ sentence: expect.stringMatching(/gap after 0\/4000000.*their own end/) as string }],
    });
  });
  it('tells of a promotion over which it goes on', () => {
    const promoted = { leftTimeline: 1 };
    const report = walReport(target, { ...drained, done: { ...drained.done, timeline: 2 }, promoted }, at);
    expect(report.findings).toMatchObject([
      { key: 'backup.promoted', sentence: expect.stringMatching(/timeline 1 became 2\. .* without a gap/) as string },
    ]);
  });
  it('warns where the second store lacks what the first one has', () => {
    const second = { store: 'secondary', pieces: 0, storedBytes: 0, why: 'it does not answer.' };
    const report = walReport(target, { ...drained, second }, at);
    expect(report).toMatchObject({
      status: 'warning',
      findings: [{ key: 'backup.wal-second', sentence: expect.stringMatching(/first one has: it does not answer\.$/) }],
    });
    expect(walReport(target, { ...drained, second: { ...second, why: null } }, at).status).toBe('healthy');
  });
  it('says who follows it instead', () => {
    const followed = { storedLsn: '0/5000148', since: '2026-11-29T01:00:00.000Z' };
    expect(followedReport(target, { followed, slot: drained.slot }, at)).toMatchObject({
      status: 'healthy',
      headline: expect.stringMatching(/follows .* since 2026-11-29T01:00:00Z; the store has it up to 0\/5000148/),
    });
  });
  it.each([
    ['extended', 10 * 1024 ** 3, 'warning'],
    ['reserved', 1024 ** 2, 'warning'],
    ['unreserved', 0, 'critical'],
    ['lost', 0, 'critical'],
  ] as const)('a slot that is %s with %d bytes left is %s', (status, safeBytes, severity) => {
    expect(told({}, { status, safeBytes }).findings).toMatchObject([{ key: 'backup.wal-slot', severity }]);
  });
  it('is quiet about a slot without a limit: the server keeps everything', () => {
    expect(told({}, { safeBytes: null }).findings).toEqual([]);
  });
});
