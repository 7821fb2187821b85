import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backupKey, doneKey } from '../../../src/backups/layout.ts';
import type { BackupStore } from '../../../src/core/backup-store.ts';
import { takenBefore } from '../../../src/operations/backup/taken-before.ts';
import { createDirectoryStore } from '../../../src/state/backup-store/directory.ts';
import { text } from '../../contracts/backup-store.ts';

const place = { target: 'shop-cache', engine: 'redis' } as const;
const [first, second] = ['20261129T020000Z-snapshot', '20261129T020500Z-snapshot'];
const again = new Date('2026-11-29T02:05:00.400Z');
let directory: string;
let store: BackupStore;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nightshift-taken-'));
  store = createDirectoryStore({ name: 'primary', directory });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const recordOf = (label: string, run: string) => ({
  version: 1,
  engine: 'redis',
  kind: 'snapshot',
  label,
  target: 'shop-cache',
  member: 'shop-cache-2',
  startedAt: '2026-11-29T02:00:00.000Z',
  endedAt: '2026-11-29T02:00:12.000Z',
  compression: 'zstd',
  files: [
    { key: `${backupKey(place, label)}/shop-cache-2.rdb.zst`, sizeBytes: 1, plainBytes: 1, sha256: 'a'.repeat(64) },
  ],
  run,
  shards: [],
  skewMs: 0,
  redisVersion: '7.0.15',
});
const put = (label: string, run: string) =>
  store.put(doneKey(place, label), text(JSON.stringify(recordOf(label, run))));
const begin = (label: string) => store.put(`${backupKey(place, label)}/shop-cache-2.rdb.zst`, text('half'));
const before = (run = 'run-1') => takenBefore({ store, label: first, run }, place, again);

it('is taken under the name that was given, where nothing has it', async () => {
  expect(await before()).toEqual({ label: first });
});

it('is not taken twice by one run', async () => {
  await put(first, 'run-1');
  expect(await before()).toMatchObject({ record: { label: first } });
});

it('is taken under another name where a dead process began it, and is found there afterwards', async () => {
  await begin(first);
  expect(await before()).toEqual({ label: second });
  await put(second, 'run-1');
  expect(await before()).toMatchObject({ record: { label: second } });
});

it('is taken by each run for itself', async () => {
  await put(first, 'another run');
  expect(await before()).toEqual({ label: second });
});
