import { describe, expect, it } from 'vitest';
import { snapshotsSeen } from '../../../src/backups/snapshots/seen.ts';
import { snapshotName } from '../../../src/backups/snapshots/name.ts';
import { usualBackupPolicy, type BackupPolicy } from '../../../src/core/backup-policy.ts';
import type { CloudSnapshot, SnapshotsLook } from '../../../src/core/cloud-snapshot.ts';

const NOW = Date.parse('2026-11-29T03:00:00Z');
const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(NOW - days * DAY_MS).toISOString();

function snapshot(days: number, change: Partial<CloudSnapshot> = {}): CloudSnapshot {
  const name = `nightshift-shop-db-${days}`;
  return {
    name,
    id: `arn:${name}`,
    source: 'shop-db-1',
    by: 'nightshift',
    run: 'backup-1',
    status: 'available',
    percent: 100,
    at: daysAgo(days),
    sizeBytes: 1e9,
    encrypted: true,
    pinned: false,
    provenAt: null,
    ...change,
  };
}

function look(change: Partial<SnapshotsLook> = {}): SnapshotsLook {
  return {
    cloud: 'RDS',
    region: 'eu-central-1',
    source: 'shop-db-1',
    snapshots: [snapshot(2)],
    automated: {
      days: 7,
      window: '03:00-03:30',
      anySecond: { from: daysAgo(7), until: new Date(NOW - 180_000).toISOString() },
    },
    quota: { what: 'manual snapshots of instances', used: 10, most: 100 },
    notes: [],
    ...change,
  };
}

const seen = (
  change: Partial<SnapshotsLook> = {},
  policy: Partial<BackupPolicy> = {},
  engine: 'postgres' | 'redis' = 'postgres',
) =>
  snapshotsSeen({ target: 'shop-db', engine, policy: { ...usualBackupPolicy, ...policy }, nowMs: NOW }, look(change));
const keys = (of: ReturnType<typeof seen>) => of.findings.map(({ key, severity }) => `${key} ${severity}`);
const storeOf = (of: ReturnType<typeof seen>) => {
  const [store] = of.stores;
  if (store && 'rows' in store) return store;
  throw new Error('nothing was seen');
};

describe('what a cloud keeps of a database', () => {
  it('is restored to any second that its automated backups have', () => {
    const { restore } = storeOf(seen());
    expect(restore).toMatchObject({ from: 'automated backups', lossSeconds: 180 });
    expect(restore.sentence).toMatch(
      /any second until 3(\.0)? min ago, into something new; nobody has restored one yet/,
    );
    expect(seen().findings).toEqual([]);
  });

  it('is restored from the newest snapshot where there are no automated backups, and that is critical', () => {
    const off = seen({ automated: { days: 0, window: null, anySecond: null } });
    expect(storeOf(off).restore).toMatchObject({ from: 'nightshift-shop-db-2', lossSeconds: 2 * 86_400 });
    expect(keys(off)).toEqual(['backups:automated critical']);
  });

  it('is nothing where there is neither', () => {
    const none = seen({ snapshots: [], automated: { days: 0, window: null, anySecond: null } });
    expect(storeOf(none).restore).toMatchObject({ from: null });
    expect(keys(none)).toEqual(['backups:full critical', 'backups:automated critical']);
  });

  it.each([
    [8, []],
    [9, ['backups:full warning']],
    [15, ['backups:full critical']],
  ])('misses a weekly snapshot that is %i days old', (days, wanted) => {
    expect(keys(seen({ snapshots: [snapshot(days)] }))).toEqual(wanted);
    expect(keys(seen({ snapshots: [snapshot(days)] }, { mode: 'manual' }))).toEqual([]);
  });

  it('counts automated snapshots where they are kept for as long as the policy wants', () => {
    const automated = { ...look().automated, days: 30 };
    const snapshots = [snapshot(1, { by: 'cloud', run: null })];
    expect(keys(seen({ snapshots }))).toEqual(['backups:full warning']);
    expect(keys(seen({ snapshots, automated }))).toEqual([]);
    expect(keys(seen({ snapshots, automated: { days: 7, window: null, anySecond: null } }, {}, 'redis'))).toEqual([]);
  });

  it.each([
    [14, []],
    [16, ['backups:wal warning']],
    [61, ['backups:wal critical']],
  ])('tells of a latest second that is %i min old', (minutes, wanted) => {
    const anySecond = { from: null, until: new Date(NOW - minutes * 60_000).toISOString() };
    expect(keys(seen({ automated: { ...look().automated, anySecond } }))).toEqual(wanted);
  });

  it.each([
    [79, []],
    [80, ['backups:quota warning']],
    [95, ['backups:quota critical']],
  ])('tells of %i of 100 snapshots of the quota', (used, wanted) => {
    expect(keys(seen({ quota: { what: 'manual snapshots of instances', used, most: 100 } }))).toEqual(wanted);
  });

  it('shows one that is under way, and one that failed', () => {
    const snapshots = [
      snapshot(0, { status: 'creating', percent: 40, at: null }),
      snapshot(1, { status: 'failed' }),
      snapshot(2),
    ];
    const both = seen({ snapshots });
    expect(storeOf(both).rows.map(({ problems }) => problems)).toEqual([
      ['it is creating, 40 %'],
      ['it is failed, 100 %'],
      [],
    ]);
    expect(keys(both)).toEqual(['backups:damaged warning']);
  });
});

describe('the retention of snapshots', () => {
  const removed = (...snapshots: CloudSnapshot[]) => {
    const { retention } = storeOf(seen({ snapshots }));
    return { labels: retention?.remove.map(({ label }) => label), heldBack: retention?.heldBack };
  };

  it('wants nothing away before a newer one was restored', () => {
    expect(removed(snapshot(1), snapshot(40))).toEqual({
      labels: [],
      heldBack: 'keeps 1 that is older than 30 d: no newer one was ever restored',
    });
  });

  it('wants away what is older than the policy and superseded by one that was restored', () => {
    const proven = snapshot(3, { provenAt: daysAgo(1) });
    expect(removed(snapshot(1), proven, snapshot(29), snapshot(31), snapshot(40))).toEqual({
      labels: ['nightshift-shop-db-31', 'nightshift-shop-db-40'],
      heldBack: null,
    });
  });

  it('keeps what is pinned, what others made, the newest and the last that was restored', () => {
    const proven = snapshot(35, { provenAt: daysAgo(1) });
    const others = snapshot(50, { by: 'others' });
    const automated = snapshot(60, { by: 'cloud' });
    expect(removed(snapshot(31), proven, snapshot(40, { pinned: true }), others, automated).labels).toEqual([]);
  });
});

describe('the name of a snapshot', () => {
  it('is the same for the same run, and fits RDS and ElastiCache', () => {
    const name = snapshotName('Shop_DB.eu--production-of-the-whole-company', 'backup-1', '2026-11-29T02:00:00.000Z');
    expect(name).toBe(
      snapshotName('Shop_DB.eu--production-of-the-whole-company', 'backup-1', '2026-11-29T02:00:00.000Z'),
    );
    expect(name).toMatch(/^nightshift-[a-z0-9]+(-[a-z0-9]+)*-20261129-[0-9a-f]{8}$/);
    expect(name.length).toBeLessThanOrEqual(50);
    expect(name).not.toBe(
      snapshotName('Shop_DB.eu--production-of-the-whole-company', 'backup-2', '2026-11-29T02:00:00.000Z'),
    );
  });
});
