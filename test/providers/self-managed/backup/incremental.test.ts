import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { combineBackups } from '../../../../src/backups/combine/combine.ts';
import { Damage } from '../../../../src/backups/damage.ts';
import { readManifest } from '../../../../src/backups/manifest/manifest.ts';
import type { PostgresBackupRecord } from '../../../../src/core/backup.ts';
import { startTestPostgres, type TestPostgres } from '../../../servers.ts';
import { makeServerDirectory } from '../../../servers/room.ts';
import { done, makeStore, QUICK, startOn, sumsAt, unpack, withCopies, workIn } from './backing-up.ts';
import { change, makeTables, seeded } from './workload.ts';

// Servers are copied and started again, beside whatever else the machine does.
vi.setConfig({ testTimeout: 300_000 });

let server: TestPostgres;
const place = makeStore();
const chain: PostgresBackupRecord[] = [];
const folders: string[] = [];
const SEED = 20_261_129;

beforeAll(async () => {
  server = await startTestPostgres({ settings: { ...QUICK, summarize_wal: 'on', autovacuum: 'off' } });
  await makeTables(server);
});
afterAll(async () => await server.stop());

test('a full backup and increments, put together, have the rows of every table as they were', async () => {
  const random = seeded(SEED);
  chain.push(done(await withCopies(server, (copies) => copies.full(workIn(place)))));
  for (let i = 0; i < 2; i++) {
    await change(server, random, 15);
    const parent = chain.at(-1);
    if (!parent) throw new Error('there is no parent');
    const record = done(await withCopies(server, (copies) => copies.incremental(workIn(place), parent)));
    expect(record).toMatchObject({ kind: 'incremental', parent: parent.label, brokenPages: [] });
    chain.push(record);
  }
  const wanted = await sumsAt(server.port);
  for (const [i, record] of chain.entries()) folders.push(await unpack(place, record, `link-${i}`));
  const into = join(makeServerDirectory('combined'), 'data');
  const combined = await combineBackups(folders, into);
  expect(combined.files).toBe(chain.at(-1)?.filesVerified);
  expect(readFileSync(join(into, 'backup_label'), 'utf8')).not.toContain('INCREMENTAL');
  expect(readManifest(readFileSync(join(into, 'backup_manifest'))).files).toHaveLength(combined.files);
  const restored = await startOn(into);
  try {
    expect(await sumsAt(restored.port)).toEqual(wanted);
  } finally {
    await restored.stop();
  }
});

function relationIn(folder: string): string {
  const below = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const found = below.filter((path) => path.startsWith('base/') && /\/INCREMENTAL\.\d+$/.test(path));
  const withBlocks = found.find((path) => readFileSync(join(folder, path)).readUInt32LE(4) > 0);
  if (withBlocks === undefined) throw new Error('no increment has a block');
  return withBlocks;
}

test('a flipped bit in an increment, and a parent that is not of the chain, are named and nothing is made of them', async () => {
  const last = folders.at(-1) ?? '';
  const path = relationIn(last);
  const bytes = readFileSync(join(last, path));
  const put = (changed: Buffer) => writeFileSync(join(last, path), changed);
  const flipped = Buffer.from(bytes);
  flipped[9000] = (flipped[9000] ?? 0) ^ 1;
  put(flipped);
  const into = () => join(makeServerDirectory('never'), 'data');
  await expect(combineBackups(folders, into())).rejects.toMatchObject({ file: path });
  put(bytes.subarray(0, 8192));
  await expect(combineBackups(folders, into())).rejects.toMatchObject({ file: path });
  put(bytes);
  const gap = folders.filter((_, i) => i !== 1);
  await expect(combineBackups(gap, into())).rejects.toThrow(Damage);
  await expect(combineBackups(folders.slice(1), into())).rejects.toThrow('not a full one');
});

test('an increment of another system is refused before a byte is copied', async () => {
  const [full] = chain;
  if (!full) throw new Error('there is no full backup');
  const taken = await withCopies(server, (copies) => copies.incremental(workIn(place), { ...full, systemId: '1' }));
  expect(taken).toEqual({ refused: expect.stringContaining('another database system') });
});

test('a parent whose manifest is not what was stored, or is gone, is refused', async () => {
  const [full] = chain;
  if (!full) throw new Error('there is no full backup');
  const sha256 = { ...full, manifestSha256: '0'.repeat(64) };
  const changed = await withCopies(server, (copies) => copies.incremental(workIn(place), sha256));
  expect(changed).toEqual({ refused: expect.stringContaining('it is not what was stored') });
  const gone = await withCopies(server, (copies) => copies.incremental(workIn(makeStore()), full));
  expect(gone).toEqual({ refused: expect.stringContaining('Take a full backup') });
});

test('without the summaries of the WAL since its parent there is no increment, and the server says why', async () => {
  const [full] = chain;
  if (!full) throw new Error('there is no full backup');
  const summaries = join(server.dataDirectory, 'pg_wal', 'summaries');
  // One that is being written bears another name by then.
  for (const file of readdirSync(summaries)) rmSync(join(summaries, file), { force: true });
  const taken = await withCopies(server, (copies) => copies.incremental(workIn(place), full));
  expect(taken).toEqual({ refused: expect.stringMatching(/summar.*Take a full backup/s) });
});

test('where summarize_wal is off the refusal says how it is turned on', async () => {
  const [full] = chain;
  if (!full) throw new Error('there is no full backup');
  const other = await startTestPostgres({ settings: QUICK });
  try {
    const taken = await withCopies(other, (copies) => copies.incremental(workIn(place), full));
    expect(taken).toEqual({ refused: expect.stringContaining('ALTER SYSTEM SET summarize_wal = on') });
  } finally {
    await other.stop();
  }
});
