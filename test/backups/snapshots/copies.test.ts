import { describe, expect, it } from 'vitest';
import { usualBackupPolicy } from '../../../src/core/backup-policy.ts';
import type { CloudSnapshot, CopiesLook, SnapshotsLook } from '../../../src/core/cloud-snapshot.ts';
import { snapshotsSeen } from '../../../src/backups/snapshots/seen.ts';

const NOW = Date.parse('2026-11-29T03:00:00Z');
const HOUR_MS = 3_600_000;
const DAY = 24;

function snapshot(hours: number, change: Partial<CloudSnapshot> = {}): CloudSnapshot {
  const name = `nightshift-shop-db-${hours}`;
  return {
    name,
    id: `arn:${name}`,
    source: 'shop-db-1',
    by: 'nightshift',
    run: 'backup-1',
    status: 'available',
    percent: 100,
    at: new Date(NOW - hours * HOUR_MS).toISOString(),
    sizeBytes: 1e9,
    encrypted: true,
    pinned: false,
    provenAt: null,
    ...change,
  };
}

function seen(snapshots: CloudSnapshot[], copies: CopiesLook) {
  const until = new Date(NOW - 180_000).toISOString();
  const look: SnapshotsLook = {
    cloud: 'RDS',
    region: 'eu-central-1',
    source: 'shop-db-1',
    snapshots,
    automated: { days: 7, window: null, anySecond: { from: null, until } },
    quota: { what: 'manual snapshots of instances', used: 10, most: 100 },
    copies,
    notes: [],
  };
  const about = { target: 'shop-db', engine: 'postgres', policy: usualBackupPolicy, nowMs: NOW } as const;
  return snapshotsSeen(about, look);
}

const there = (...copies: CloudSnapshot[]): CopiesLook => ({ where: 'eu-west-1', copies, quota: null });
const keys = (...of: Parameters<typeof seen>) => seen(...of).findings.map(({ key, severity }) => `${key} ${severity}`);

describe('a copy that is missing', () => {
  it.each<[string, CloudSnapshot[], CloudSnapshot[], string[]]>([
    ['is none while it may still be on its way', [snapshot(5)], [], []],
    ['is one after six hours, critical where there is no copy at all', [snapshot(7)], [], ['backups:copy critical']],
    [
      'is a warning where the one before it is there',
      [snapshot(7), snapshot(7 * DAY)],
      [snapshot(7 * DAY)],
      ['backups:copy warning'],
    ],
    [
      'is critical where what is there is two periods old',
      [snapshot(7)],
      [snapshot(15 * DAY)],
      ['backups:copy critical'],
    ],
    [
      'is one while it is on its way for longer, too',
      [snapshot(7)],
      [snapshot(7, { status: 'creating', percent: 40 })],
      ['backups:copy critical'],
    ],
    ['is none where it is there', [snapshot(7)], [snapshot(7)], []],
    ['is none where only others made one', [snapshot(7, { by: 'others' })], [], []],
  ])('%s', (_what, snapshots, copies, wanted) => {
    expect(keys(snapshots, there(...copies))).toEqual(wanted);
  });

  it('is told of with how far it is, and with the verb that brings it where none was begun', () => {
    const [onItsWay] = seen([snapshot(7)], there(snapshot(7, { status: 'creating', percent: 40 }))).findings;
    expect(onItsWay?.sentence).toMatch(/no whole copy in eu-west-1, its copy is creating, 40 %/);
    expect(onItsWay?.actions).toEqual([]);
    const [missing] = seen([snapshot(7)], there()).findings;
    expect(missing?.next).toBe('Bring it there now: backup shop-db copy.');
    expect(missing?.actions).toMatchObject([{ operation: 'backup', args: ['copy'] }]);
  });
});

describe('the place of the copies', () => {
  it('is a store of its own, with what could be restored from it', () => {
    const { stores } = seen([snapshot(7)], there(snapshot(7), snapshot(8 * DAY)));
    expect(stores.map(({ store }) => store)).toEqual(['RDS', 'eu-west-1']);
    expect(stores[1]).toMatchObject({ count: 2, restore: { from: 'nightshift-shop-db-7', lossSeconds: 7 * 3600 } });
    expect(seen([snapshot(7)], there()).stores[1]).toMatchObject({ restore: { from: null } });
  });

  it('that cannot be seen is a finding, and hides nothing of what is at home', () => {
    const { stores, findings } = seen([snapshot(7)], { where: 'eu-west-1', unseen: 'access denied.' });
    expect(findings).toMatchObject([{ key: 'backups:store:copies', severity: 'warning' }]);
    expect(stores).toMatchObject([{ count: 1 }, { store: 'eu-west-1', unseen: 'access denied.' }]);
  });

  it('has a quota of its own', () => {
    const quota = { what: 'manual snapshots of instances', used: 96, most: 100 };
    const full = { where: 'eu-west-1', copies: [snapshot(7)], quota };
    expect(seen([snapshot(7)], full).findings).toMatchObject([
      {
        key: 'backups:quota:copies',
        severity: 'critical',
        sentence: expect.stringMatching(/in eu-west-1 are used up/),
      },
    ]);
  });
});
