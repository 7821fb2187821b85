import { describe, expect, it } from 'vitest';
import type { PostgresBackupRecord } from '../../src/core/backup.ts';
import type { Drilled, DrillLook } from '../../src/core/drill.ts';
import type { TargetName } from '../../src/core/operation.ts';
import { carryOut, type DrillDone } from '../../src/operations/drill/carry-out.ts';
import { compareWithLast } from '../../src/operations/drill/compare.ts';
import { proofsOf } from '../../src/operations/drill/proofs.ts';
import { drillReport } from '../../src/operations/drill/report.ts';
import type { AnyTarget } from '../../src/targets/index.ts';

const target: TargetName = { name: 'shop-db', engine: 'postgres', environment: 'laptop' };
const at = '2026-11-29T06:00:20.000Z';
const record = {
  engine: 'postgres',
  label: '20261129T020000Z-full',
  endedAt: '2026-11-29T02:00:12.000Z',
} as PostgresBackupRecord;
const passed: DrillLook = { what: 'indexes (shop)', outcome: 'passed', detail: '9 of 9 looked at', problems: [] };
const failed: DrillLook = { ...passed, outcome: 'failed', problems: ['public.orders_pkey is damaged: x.', 'and y'] };
const memory = { tables: [{ name: 'shop.public.orders', rows: 5000 }], powers: ['postgres is a superuser'] };
const drilled: Drilled = {
  store: 'primary',
  record,
  chain: [record.label],
  walSegments: 3,
  plainBytes: 2 * 1024 ** 3,
  to: 'the last that was stored',
  isRandom: false,
  stage: 'verify',
  disproved: null,
  problems: [],
  reachedLsn: '0/3000028',
  reachedTime: '2026-11-29T05:59:00.000Z',
  restoreSeconds: 9.2,
  usableSeconds: 14.8,
  newestRowAgeSeconds: 61,
  looks: [passed],
  memory,
  leftover: null,
};
const levels = (of: Partial<Drilled>) =>
  proofsOf({ ...drilled, ...of }, 'drill-1', at).map(({ level, outcome }) => `${level} ${outcome}`);

describe('what a drill proves', () => {
  it('is L3 and L4 where the copy was started and everything that was looked at is right', () => {
    expect(levels({})).toEqual(['L3 passed', 'L4 passed']);
    expect(proofsOf(drilled, 'drill-1', at)[0]).toMatchObject({
      label: record.label,
      store: 'primary',
      at,
      measured: { restoreSeconds: 9.2, usableSeconds: 14.8, newestRowAgeSeconds: 61, reachedLsn: '0/3000028' },
      seen: memory,
    });
  });
  it('is L5 where it went to a random second, which says nothing of how many rows there are today', () => {
    expect(levels({ isRandom: true })).toEqual(['L3 passed', 'L4 passed', 'L5 passed']);
    expect(proofsOf({ ...drilled, isRandom: true }, 'drill-1', at)[0]?.seen).toBeUndefined();
    expect(levels({ problems: ['WAL ends early.'] })).toEqual(['L3 passed', 'L4 passed', 'L5 failed']);
    expect(levels({ isRandom: true, problems: ['it went too far.'] })).toEqual(['L3 passed', 'L4 passed', 'L5 failed']);
  });
  it('is that it is no good, where one look failed', () => {
    expect(levels({ looks: [passed, failed], isRandom: true })).toEqual(['L3 passed', 'L4 failed']);
  });
  it('is no L4 where amcheck is not there', () => {
    const skipped: DrillLook = { ...passed, what: 'amcheck (shop)', outcome: 'skipped' };
    expect(levels({ looks: [passed, skipped] })).toEqual(['L3 passed']);
    expect(levels({ looks: [failed, skipped] })).toEqual(['L3 passed', 'L4 failed']);
  });
  it('is what it disproved, where it came no further', () => {
    expect(levels({ stage: 'start', disproved: 'L3', problems: ['no.'], looks: [] })).toEqual(['L3 failed']);
    expect(levels({ stage: 'choose', disproved: 'L5', problems: ['WAL is missing.'] })).toEqual(['L5 failed']);
  });
});

describe('what a drill compares with the one before', () => {
  it('is a table that was emptied, and a role that may do more', () => {
    const now = { tables: [{ name: 'shop.public.orders', rows: 0 }], powers: [...memory.powers, 'app is a superuser'] };
    expect(compareWithLast(now, memory).problems).toEqual([
      'shop.public.orders is empty; at the last drill it had 5000 rows.',
      'app is a superuser, which was not so at the last drill.',
    ]);
  });
  it('is no table that grew, that was small, or that was not counted now', () => {
    const last = { ...memory, tables: [...memory.tables, { name: 'shop.public.queue', rows: 40 }] };
    const now = { ...memory, tables: [{ name: 'shop.public.queue', rows: 0 }] };
    expect(compareWithLast(now, last).outcome).toBe('passed');
  });
});

describe('the report of a drill', () => {
  const { record: _record, memory: _memory, ...rest } = drilled;
  const done = (of: Partial<Drilled>, earlier: DrillDone['earlier'] = []): DrillDone => ({
    ...rest,
    ...of,
    label: record.label,
    endedAt: record.endedAt,
    proofs: proofsOf({ ...drilled, ...of }, 'drill-1', at),
    earlier,
    isKept: true,
  });

  it('says that it comes back, in how long, and what is not proved', () => {
    const report = drillReport(target, done({}), at);
    expect(report.status).toBe('healthy');
    expect(report.headline).toBe('20261129T020000Z-full comes back: restored, started and verified in 15 s (L4)');
    expect(report.facts).toContainEqual({ label: 'Newest row', value: '1 min before the moment that was restored to' });
    expect(report.text.join(' ')).toMatch(/Not proved: that it can be brought to any second/);
    expect(report.charts).toEqual([]);
  });
  it('is critical for everything that is wrong, and offers another backup', () => {
    const report = drillReport(target, done({ looks: [passed, failed] }), at);
    expect(report).toMatchObject({
      status: 'critical',
      headline: 'the drill failed: 20261129T020000Z-full of shop-db is not proved (L4)',
      findings: [{ key: 'drill:indexes-(shop)', severity: 'critical', change: 'NEW' }],
    });
    expect(report.findings[0]?.sentence).toMatch(/public.orders_pkey is damaged: x\. 1 more like it\./);
    expect(report.next[0]).toMatchObject({ operation: 'backup', args: ['full'] });
  });
  it('draws how long restores took, where there was one before', () => {
    const earlier = [{ at: '2026-11-22T06:00:20.000Z', restoreSeconds: 5, usableSeconds: 8 }];
    expect(drillReport(target, done({}, earlier), at).charts[0]?.series.map(({ points }) => points.length)).toEqual([
      2, 2,
    ]);
  });
  it('tells of what could not be taken away', () => {
    const report = drillReport(target, done({ leftover: 'the folder of the drill could not be removed: EBUSY' }), at);
    expect(report).toMatchObject({ status: 'warning', findings: [{ key: 'drill:leftover' }] });
  });
});

describe('a drill that cannot be', () => {
  const args = { to: 'latest', store: 'primary' };
  it('is refused with what to do, where no server can be started', async () => {
    const given = { stores: [] } as unknown as Parameters<typeof carryOut>[2];
    expect(await carryOut({ engine: 'postgres' } as AnyTarget, args, given)).toEqual({
      refused: expect.stringMatching(
        /no PostgreSQL can be started here: .*nightshift serve.*\/opt\/postgresql/,
      ) as string,
    });
  });
  it('is refused where the config names no such store', async () => {
    const given = { stores: [], drill: async () => ({ refused: '' }) } as unknown as Parameters<typeof carryOut>[2];
    expect(await carryOut({ engine: 'postgres' } as AnyTarget, { ...args, store: 'secondary' }, given)).toEqual({
      refused: 'nightshift.yaml names no secondary store.',
    });
  });
});
