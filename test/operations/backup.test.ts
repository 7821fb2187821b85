import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupKey, doneKey } from '../../src/backups/layout.ts';
import type { PostgresBackupRecord, Proof } from '../../src/core/backup.ts';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import type { Copying, TargetName } from '../../src/core/operation.ts';
import { readBack, type ReadBack } from '../../src/operations/backup/read-back.ts';
import { backupReport } from '../../src/operations/backup/report.ts';
import { placeOfRecord } from '../../src/operations/backup/take.ts';
import { whichBackup } from '../../src/operations/backup/which.ts';
import { createDirectoryStore } from '../../src/state/backup-store/directory.ts';
import type { AnyTarget } from '../../src/targets/index.ts';

const target: TargetName = { name: 'shop-db', engine: 'postgres', environment: 'laptop' };
const content = Buffer.from('an archive');
const sum = createHash('sha256').update(content).digest('hex');
const place = { target: 'shop-db', engine: 'postgres', systemId: '7711457467643058932', major: 18 } as const;
const label = '20261129T020000Z-full';
const key = `${backupKey(place, label)}/base.tar.zst`;
const record: PostgresBackupRecord = {
  version: 1,
  engine: 'postgres',
  kind: 'full',
  label,
  target: 'shop-db',
  member: 'shop-db-2',
  startedAt: '2026-11-29T02:00:00.000Z',
  endedAt: '2026-11-29T02:00:12.000Z',
  compression: 'zstd',
  files: [{ key, sizeBytes: content.byteLength, plainBytes: 2 * 1024 ** 3, sha256: sum }],
  run: 'backup-1',
  systemId: place.systemId,
  serverVersion: 180004,
  manifestSha256: sum,
  wal: { timeline: 1, startLsn: '0/2000028', stopLsn: '0/2000138' },
  brokenPages: [],
  filesVerified: 975,
};

describe('which backup it becomes', () => {
  const parent = { label, endedAt: record.endedAt };
  const look = { member: 'shop-db-2' } as Parameters<typeof whichBackup>[1]['look'];
  const seen = { engine: 'postgres', look, parent } as const;

  it('is an increment of the newest where there can be one', () => {
    expect(whichBackup(undefined, seen)).toEqual({ kind: 'incremental', parent: label, why: null });
    expect(whichBackup('incremental', seen)).toEqual({ kind: 'incremental', parent: label, why: null });
  });
  it('is a full one where it is asked for, and where nothing is there to build on, with the reason', () => {
    expect(whichBackup('full', seen)).toEqual({ kind: 'full', parent: null, why: null });
    expect(whichBackup(undefined, { ...seen, parent: null })).toMatchObject({
      kind: 'full',
      why: expect.stringMatching(/no backup of this server yet/) as string,
    });
  });
  it('is never a full one instead of an increment that was asked for', () => {
    const old = { ...seen, look: { ...look, whyNoIncrement: 'PostgreSQL 15 has no increments.' } as typeof look };
    expect(whichBackup('incremental', old)).toEqual({
      refused: 'No increment: PostgreSQL 15 has no increments. Say `backup full` for a full one.',
    });
    expect(whichBackup(undefined, old)).toMatchObject({ kind: 'full', why: 'PostgreSQL 15 has no increments.' });
  });
  it('is a snapshot for Redis, which has no increments', () => {
    const redis = { engine: 'redis', look: null, parent: null } as const;
    expect(whichBackup(undefined, redis)).toMatchObject({ kind: 'snapshot' });
    expect(whichBackup('incremental', redis)).toMatchObject({ refused: expect.stringMatching(/Redis/) as string });
  });
});

describe('the report of a backup', () => {
  const good: ReadBack = { store: 'primary', problems: [], bytes: 10 };
  const bad: ReadBack = { store: 'secondary', problems: ['base.tar.zst is not in the secondary store.'], bytes: 10 };
  const told = (copies: readonly ReadBack[], of = record) =>
    backupReport(target, { record: of, copies, why: null }, record.endedAt);

  it('says in one line how big, how long, and what is proved', () => {
    expect(told([good]).headline).toBe(
      'full backup 20261129T020000Z-full: 2 GB in 12 s, 10 bytes stored, every byte read back from primary',
    );
    expect(told([good]).status).toBe('healthy');
  });
  it('is critical where a copy came back wrong, and no backup where every copy did', () => {
    expect(told([good, bad])).toMatchObject({
      status: 'critical',
      headline: expect.stringMatching(/secondary/) as string,
    });
    expect(told([{ ...bad, store: 'primary' }]).headline).toMatch(/it is no backup$/);
  });
  it('names a damaged page of the server itself', () => {
    const broken = { ...record, brokenPages: [{ file: 'base/5/16384', block: 7 }] };
    expect(told([good], broken).findings[0]).toMatchObject({
      severity: 'critical',
      sentence: expect.stringMatching(/1 page of shop-db-2 .* base\/5\/16384, block 7/) as string,
    });
  });
});

describe('reading a backup back', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'nightshift-read-back-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  async function* once(bytes: Uint8Array) {
    yield bytes;
  }
  async function stores() {
    const [primary, secondary] = ['primary', 'secondary'].map((name) =>
      createDirectoryStore({ name, directory: join(directory, name) }),
    );
    if (!primary || !secondary) throw new Error('two stores');
    await primary.put(key, once(content));
    await primary.put(doneKey(place, label), once(Buffer.from(JSON.stringify(record))));
    return [primary, secondary] as const;
  }
  const copying = (of: Copying['stores']): Copying => ({
    runId: 'backup-1',
    stores: of,
    policy: usualBackupPolicy,
    progress: () => {},
    signal: new AbortController().signal,
  });
  const read = (of: Copying['stores'], store: string) =>
    readBack({} as AnyTarget, { record, store }, copying(of)) as Promise<ReadBack>;
  const proofs = (store: string): Proof[] => {
    const folder = join(directory, store, backupKey(place, label), 'proof');
    return readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Proof);
  };

  it('brings it to the second store, the record with it, and proves both at level 2, each beside its copy', async () => {
    const both = await stores();
    expect(placeOfRecord(record)).toEqual(place);
    expect((await read(both, 'primary')).problems).toEqual([]);
    expect((await read(both, 'secondary')).problems).toEqual([]);
    expect(readFileSync(join(directory, 'secondary', key))).toEqual(content);
    expect(JSON.parse(readFileSync(join(directory, 'secondary', doneKey(place, label)), 'utf8'))).toEqual(record);
    expect(proofs('primary')).toMatchObject([{ level: 'L2', outcome: 'passed', store: 'primary', label }]);
    expect(proofs('secondary')).toMatchObject([{ level: 'L2', outcome: 'passed', store: 'secondary', label }]);
  });

  it('finds a flipped bit and a missing object, names them, and keeps that as a proof that failed', async () => {
    const both = await stores();
    const path = join(directory, 'primary', key);
    chmodSync(path, 0o600);
    writeFileSync(path, Buffer.from('an archivf'));
    expect((await read(both, 'primary')).problems).toEqual([
      'base.tar.zst is not what was written: 10 bytes with another SHA-256.',
    ]);
    expect(proofs('primary')).toMatchObject([{ outcome: 'failed' }]);
    rmSync(path, { force: true });
    expect((await read(both, 'primary')).problems).toEqual(['base.tar.zst is not in the primary store.']);
  });
});
