import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupKey, doneKey } from '../../src/backups/layout.ts';
import type { PostgresBackupRecord } from '../../src/core/backup.ts';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import type { BackupStore } from '../../src/core/backup-store.ts';
import type { Copying, RunContext, Steps } from '../../src/core/operation.ts';
import { verify } from '../../src/operations/verify.ts';
import { createDirectoryStore } from '../../src/state/backup-store/directory.ts';
import { StoredWorld, SYSTEM } from '../backups/world.ts';
import { expectPublished } from '../published-json.ts';

const target = { name: 'shop-db', engine: 'postgres', environment: 'laptop' } as const;
const content = Buffer.from('an archive');
const sha256 = createHash('sha256').update(content).digest('hex');

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nightshift-verify-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const open = (name: string, more: { replicated?: true } = {}): BackupStore => ({
  ...createDirectoryStore({ name, directory: join(root, name) }),
  ...more,
});

/** A full backup and an increment, each with one file, in these stores. */
async function twoBackups(stores: readonly BackupStore[]): Promise<{ full: string; child: string }> {
  const world = new StoredWorld();
  const full = world.backup(2, 'full');
  const child = world.backup(26, 'incremental', { parent: full });
  for (const label of [full, child]) {
    const done = world.objects.get(doneKey(SYSTEM, label));
    const record = JSON.parse(String(done?.text)) as PostgresBackupRecord;
    const key = `${backupKey(SYSTEM, label)}/base.tar.zst`;
    const files = [{ key, sizeBytes: content.byteLength, plainBytes: 10, sha256 }];
    for (const store of stores) {
      await store.put(key, once(content));
      await store.put(doneKey(SYSTEM, label), once(Buffer.from(JSON.stringify({ ...record, files }))));
    }
  }
  return { full, child };
}

async function asked(stores: readonly BackupStore[], args: object = {}) {
  const copying = {
    runId: 'verify-1',
    stores,
    policy: usualBackupPolicy,
    progress: () => {},
    signal: new AbortController().signal,
  } satisfies Copying;
  const steps = Object.fromEntries(
    Object.entries(verify.steps).map(([key, step]) => [
      key,
      (on: object, given: never) => step.run(on, given, copying as never, {} as never),
    ]),
  );
  const context = { startedAt: '2026-11-29T02:00:00.000Z', targets: [target], steps, progress: async () => {} };
  const outcome = await verify.run(context as unknown as RunContext<Steps>, args);
  expectPublished(outcome);
  return outcome;
}

const proofsIn = (store: string, label: string): string[] =>
  readdirSync(join(root, store, backupKey(SYSTEM, label), 'proof'));

describe('verifying', () => {
  it('reads the newest of the secondary store back with all that it builds on, and keeps the proofs there', async () => {
    const stores = [open('primary'), open('secondary', { replicated: true })];
    const { full, child } = await twoBackups(stores);
    expect(await asked(stores)).toMatchObject({
      done: {
        status: 'healthy',
        headline: `${child} and the 1 that it builds on in the secondary store: every one of 20 bytes read back as it was written`,
      },
    });
    for (const label of [full, child])
      expect(proofsIn('secondary', label)).toEqual([expect.stringMatching(/-secondary-L2/)]);
    expect(readdirSync(join(root, 'primary', backupKey(SYSTEM, full)))).not.toContain('proof');
  });

  it('finds a bit that turned in the secondary store although the primary one is right, and mends nothing there', async () => {
    const stores = [open('primary'), open('secondary', { replicated: true })];
    const { child } = await twoBackups(stores);
    const path = join(root, 'secondary', backupKey(SYSTEM, child), 'base.tar.zst');
    chmodSync(path, 0o600);
    writeFileSync(path, 'an archivf');
    const outcome = await asked(stores);
    expect(outcome).toMatchObject({
      done: { status: 'critical', headline: expect.stringMatching(/cannot be relied on/) as string },
    });
    expect(await asked(stores, { store: 'primary' })).toMatchObject({ done: { status: 'healthy' } });
  });

  it('of a store that is not named has nothing to do, and says so', async () => {
    const stores = [open('primary')];
    await twoBackups(stores);
    expect(await asked(stores)).toMatchObject({
      done: { status: 'info', headline: 'nightshift.yaml names no secondary store' },
    });
  });

  it('of an empty store is refused', async () => {
    const stores = [open('primary'), open('secondary', { replicated: true })];
    expect(await asked(stores)).toEqual({ refused: 'the secondary store has no backup of shop-db' });
    expect(await asked(stores, { store: 'primary', backup: '20200101T000000Z-full' })).toMatchObject({
      refused: expect.stringMatching(/no finished backup 20200101T000000Z-full/) as string,
    });
  });
});

async function* once(bytes: Uint8Array) {
  yield bytes;
}
