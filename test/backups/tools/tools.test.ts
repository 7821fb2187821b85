import { describe, expect, it } from 'vitest';
import { Damage } from '../../../src/backups/damage.ts';
import { readBarmanBackup, readBarmanCheck, readBarmanList, readBarmanWal } from '../../../src/backups/tools/barman.ts';
import { readPgbackrestArchive, readPgbackrestInfo } from '../../../src/backups/tools/pgbackrest.ts';
import { readInfoFile, readPgbackrestFiles } from '../../../src/backups/tools/pgbackrest-repository.ts';
import { toolSegment, type ToolBackup, type ToolCatalogue } from '../../../src/backups/tools/tool-catalogue.ts';
import { toolSeen } from '../../../src/backups/tools/tool-seen.ts';
import { readWalG } from '../../../src/backups/tools/wal-g.ts';
import { usualBackupPolicy } from '../../../src/core/backup-policy.ts';
import { archiveInfo, backupInfo, barmanShown, info, walGList, walGShow } from './recorded.ts';

describe('what pgBackRest says', () => {
  it('keeps the identifier of the system whole, which does not fit a number', () => {
    const [repository] = readPgbackrestInfo(info(), 'shop');
    expect(repository?.catalogue).toMatchObject({ systemId: '7713504547109250712', major: 15, store: 'repo1' });
    expect(repository?.archiveId).toBe('15-1');
  });
  it('is a backup with its size, its times and its WAL', () => {
    expect(readPgbackrestInfo(info(), 'shop')[0]?.catalogue.backups).toEqual([
      {
        label: '20261129-081712F',
        kind: 'full',
        startedAt: '2026-11-29T08:17:12.000Z',
        endedAt: '2026-11-29T08:17:17.000Z',
        sizeBytes: 3_043_473,
        plainBytes: 22_992_563,
        timeline: 1,
        startLsn: '0/2000028',
        stopLsn: '0/2000100',
        problems: [],
      },
    ]);
  });
  it('is a problem where pages had a wrong checksum, and a complaint where the stanza is not well', () => {
    const broken = info().replace('"error":false', '"error":true');
    expect(readPgbackrestInfo(broken, 'shop')[0]?.catalogue.backups[0]?.problems).toEqual([
      'pages with a wrong checksum were met when it was made',
    ]);
    const ill = info().replace(
      '"status":{"code":0,"message":"ok"}}],',
      '"status":{"code":3,"message":"missing stanza data"}}],',
    );
    expect(readPgbackrestInfo(ill, 'shop')[0]?.catalogue.complaints).toEqual(['missing stanza data (code 3)']);
  });
  it('is not guessed at where it is of another form, or of another stanza', () => {
    expect(() => readPgbackrestInfo('ERROR', 'shop')).toThrow(Damage);
    expect(() => readPgbackrestInfo('[{"name":"shop"}]', 'shop')).toThrow(/is not as it should be/);
    expect(() => readPgbackrestInfo(info(), 'other')).toThrow(/does not tell of the stanza other/);
  });
  it('has segments in its archive, and other files that are none', () => {
    const sum = 'a'.repeat(40);
    const listing = {
      '.': { type: 'path' },
      '0000000100000000': { type: 'path' },
      [`0000000100000000/000000010000000000000001-${sum}.gz`]: { type: 'file', size: 7, time: 1_795_940_233 },
      [`0000000100000000/000000010000000000000002.partial-${sum}.gz`]: { type: 'file', size: 7, time: 1 },
      '0000000100000000/000000010000000000000002.00000028.backup': { type: 'file', size: 371, time: 1 },
    };
    expect(readPgbackrestArchive(JSON.stringify(listing))).toEqual([
      expect.objectContaining({ timeline: 1, high: 0, low: 1, sizeBytes: 7, modifiedAt: '2026-11-29T08:17:13.000Z' }),
    ]);
  });
});

describe("pgBackRest's own files", () => {
  it('tell the same as its program', () => {
    const [said] = readPgbackrestInfo(info(), 'shop');
    expect(readPgbackrestFiles('shop', backupInfo, archiveInfo)).toEqual(said);
  });
  it('count only where their own sum is right', () => {
    expect(() => readInfoFile('backup.info', backupInfo.replace('3043473', '3043474'))).toThrow(/its sum is not right/);
    expect(() => readInfoFile('backup.info', backupInfo.slice(0, 300))).toThrow(Damage);
    expect(() => readInfoFile('backup.info', 'Salted__\u0001\u0002')).toThrow(/is encrypted/);
  });
});

describe('what Barman says', () => {
  it('is a backup with its size, its times and its WAL', () => {
    expect(readBarmanBackup(barmanShown, 'shop')).toMatchObject({
      major: 15,
      backup: {
        label: '20261129T081835',
        kind: 'full',
        plainBytes: 23_130_136,
        startLsn: '0/2000028',
        stopLsn: '0/3000000',
      },
    });
  });
  it('is no backup where it failed, or has not ended', () => {
    const of = (backup: object) => readBarmanBackup(JSON.stringify({ shop: { backup_id: 'a', ...backup } }), 'shop');
    expect(of({ status: 'FAILED', error: 'no disk' })).toEqual({ failed: 'a', why: 'no disk' });
    expect(of({ status: 'STARTED' })).toEqual({ unfinished: 'a' });
  });
  it('lists its backups, its complaints and its WAL', () => {
    const listed = {
      shop: [
        { backup_id: '20261130T0', status: 'DONE' },
        { backup_id: '20261129T0', status: 'FAILED' },
      ],
    };
    expect(readBarmanList(JSON.stringify(listed), 'shop')).toEqual(['20261129T0', '20261130T0']);
    const checked = {
      shop: { wal_archive: { status: 'FAILED', hint: 'is it set up' }, ssh: { status: 'OK', hint: '' } },
    };
    expect(readBarmanCheck(JSON.stringify(checked), 'shop')).toEqual(['wal archive (is it set up)']);
    const wal =
      '000000010000000000000002\t16777216\t1795940315.96\tNone\n000000010000000000000002.00000028.backup\t338\t1.5\tNone\n';
    expect(readBarmanWal(wal)).toMatchObject([
      { low: 2, sizeBytes: 16_777_216, modifiedAt: '2026-11-29T08:18:35.960Z' },
    ]);
  });
});

describe('what WAL-G says, as its documentation and its source describe it', () => {
  it('is a chain, and WAL of which nobody knows when it came', () => {
    const { backups, wal, systemId, complaints, major } = readWalG(walGList, walGShow());
    expect(backups.map(({ label, kind, parent }) => [label, kind, parent])).toEqual([
      ['base_000000010000000000000004', 'full', undefined],
      ['base_000000010000000000000008_D_000000010000000000000004', 'incremental', 'base_000000010000000000000004'],
    ]);
    expect(backups[0]).toMatchObject({ startLsn: '0/4000028', sizeBytes: 3_000_000, plainBytes: 23_000_000 });
    expect([wal, systemId, major, complaints]).toEqual([null, '7713504547109250712', 15, []]);
  });
  it('complains of segments that are lost', () => {
    expect(readWalG(walGList, walGShow(['000000010000000000000006'])).complaints).toEqual([
      '1 segments of WAL are missing on timeline 1, the first 000000010000000000000006',
    ]);
  });
});

describe('what is found in a tool’s backups', () => {
  const dayOf = (day: number) => new Date(Date.UTC(2026, 10, day, 2)).toISOString();
  const backup = (day: number, over: Partial<ToolBackup> = {}): ToolBackup => ({
    label: `2026-11-${day}`,
    kind: 'full',
    startedAt: dayOf(day),
    endedAt: new Date(Date.parse(dayOf(day)) + 60_000).toISOString(),
    sizeBytes: 1000,
    plainBytes: 5000,
    timeline: 1,
    startLsn: '0/2000028',
    stopLsn: '0/2000100',
    problems: [],
    ...over,
  });
  const repository = (over: Partial<ToolCatalogue>): ToolCatalogue => ({
    store: 'repo1',
    systemId: '1',
    major: 15,
    backups: [backup(20)],
    unfinished: [],
    wal: null,
    complaints: [],
    notes: [],
    ...over,
  });
  const seen = (over: Partial<ToolCatalogue>, day = 21, mode: 'on' | 'manual' = 'on') =>
    toolSeen(
      { target: 'shop-db', tool: 'pgbackrest', policy: { ...usualBackupPolicy, mode }, at: dayOf(day), heard: null },
      { repositories: [repository(over)] },
    );
  const keysOf = (over: Partial<ToolCatalogue>, day?: number) =>
    seen(over, day).findings.map(({ key, severity }) => `${severity} ${key}`);
  const segments = (...names: number[]) =>
    names.flatMap(
      (low) =>
        toolSegment(`0000000100000000000000${low.toString(16).toUpperCase().padStart(2, '0')}`, {
          key: `${low}`,
          sizeBytes: 1,
          modifiedAt: new Date(Date.parse(dayOf(20)) + low * 60_000).toISOString(),
        }) ?? [],
    );

  it('is nothing where all is as it should be', () => expect(keysOf({})).toEqual([]));
  it('is a full backup that is late, and whose schedule that was', () => {
    expect(keysOf({}, 29)).toEqual(['warning backups:full']);
    expect(seen({}, 29).findings[0]?.next).toMatch(/log of pgBackRest why its own schedule brought none/);
  });
  it('is WAL that stays away, but only where anybody tells when it came', () => {
    expect(keysOf({ wal: segments(2, 3) })).toEqual(['critical backups:wal']);
    expect(keysOf({ wal: null })).toEqual([]);
  });
  it('is a gap in the WAL, which is critical until a backup begins after it', () => {
    expect(keysOf({ wal: segments(2, 3, 5) })).toContain('critical backups:gap');
    const later = backup(20, { label: 'later', startedAt: dayOf(21), endedAt: dayOf(21), stopLsn: '0/5000100' });
    expect(keysOf({ wal: segments(2, 3, 5), backups: [backup(20), later] })).toContain('warning backups:gap');
  });
  it('is a backup that shrank to less than half of those before it', () => {
    const backups = [18, 19, 20].map((day) => backup(day, day === 20 ? { plainBytes: 2000 } : {}));
    expect(keysOf({ backups })).toEqual(['warning backups:size']);
  });
  it('is what the tool itself complains of, and a backup that is no good', () => {
    expect(keysOf({ complaints: ['missing stanza data (code 3)'] })).toEqual(['critical backups:tool']);
    expect(keysOf({ backups: [backup(19), backup(20, { problems: ['it failed: no disk'] })] })).toEqual([
      'critical backups:damaged',
    ]);
  });
  it('is an increment whose parent is gone', () => {
    expect(keysOf({ backups: [backup(19), backup(20, { kind: 'incremental', parent: 'gone' })] })).toEqual([
      'critical backups:damaged',
    ]);
  });
  it('is told of a second repository too, a grade lower', () => {
    const about = {
      target: 'shop-db',
      tool: 'pgbackrest',
      policy: usualBackupPolicy,
      at: dayOf(21),
      heard: null,
    } as const;
    const { stores, findings } = toolSeen(about, {
      repositories: [repository({}), repository({ store: 'repo2', backups: [] })],
    });
    expect(stores.map(({ store }) => store)).toEqual(['repo1', 'repo2']);
    expect(findings).toMatchObject([{ key: 'backups:full@repo2', severity: 'warning' }]);
  });
  it('is unknown where the tool did not answer', () => {
    const about = { target: 'shop-db', tool: 'barman', policy: usualBackupPolicy, at: dayOf(21), heard: null } as const;
    expect(toolSeen(about, { unseen: 'there is no program barman' })).toMatchObject({
      stores: [{ store: 'barman', unseen: 'there is no program barman' }],
      findings: [{ key: 'backups:tool', severity: 'critical' }],
    });
  });
  it('is not missed where backups are made by hand', () => expect(seen({}, 29, 'manual').findings).toEqual([]));
});
