import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDrill } from '../../../src/app/drill/drill.ts';
import { lookAtBackups } from '../../../src/app/look-at-backups.ts';
import { openTool } from '../../../src/app/tools/tool-door.ts';
import type { BackupStore } from '../../../src/core/backup-store.ts';
import { usualBackupPolicy } from '../../../src/core/backup-policy.ts';
import type { BackupToolSpec } from '../../../src/core/backup-tool.ts';
import { carryOut, type DrillDone } from '../../../src/operations/drill/carry-out.ts';
import { createDirectoryStore } from '../../../src/state/backup-store/directory.ts';
import type { AnyTarget } from '../../../src/targets/index.ts';
import {
  startWithBarman,
  startWithPgbackrest,
  whyNoBarman,
  whyNoPgbackrest,
  type ServerWithTool,
} from '../../servers/backup-tools.ts';
import { ownFolders } from './own-folders.ts';

const TIME_MS = 600_000;
const DAY_MS = 86_400_000;
const assertions = { 'orders-exist': 'select count(*) > 0 from orders' };
const policy = { ...usualBackupPolicy, assertions };

/** A server that a tool backs up, and the store in which proofs are kept. */
type Rig = { shop: ServerWithTool; ledger: BackupStore };
async function rigOf(start: () => Promise<ServerWithTool>): Promise<Rig> {
  const shop = await start();
  const directory = shop.place('ledger');
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o755);
  await shop.server.query('CREATE EXTENSION IF NOT EXISTS amcheck');
  return { shop, ledger: createDirectoryStore({ name: 'primary', directory }) };
}

type How = { to?: string; tool?: BackupToolSpec; signal?: AbortSignal; store?: string; ledger?: BackupStore };
function answered({ shop, ledger }: Rig, how: How = {}) {
  const tool = how.tool ?? shop.tool;
  const spec = { ...shop.server.spec, backup: policy, backupTool: tool };
  return carryOut(
    { engine: 'postgres', name: 'shop-db' } as AnyTarget,
    { to: how.to ?? 'latest', store: how.store ?? 'primary' },
    {
      runId: 'drill-1',
      stores: [],
      tool: openTool(tool),
      ledger: how.ledger ?? ledger,
      policy,
      progress: () => undefined,
      signal: how.signal ?? new AbortController().signal,
      drill: createDrill({ specOf: () => spec, seconds: 870 }),
    },
  );
}
async function drilled(rig: Rig, how: How = {}): Promise<DrillDone> {
  const answer = await answered(rig, how);
  if ('refused' in answer) throw new Error(answer.refused);
  return answer.done;
}
async function madeBackup({ shop }: Rig): Promise<string> {
  const work = { kind: 'full', after: null, round: 1, progress: () => {} } as const;
  const said = await openTool(shop.tool).backUp({
    ...work,
    runId: `backup-${Math.random()}`,
    signal: new AbortController().signal,
  });
  if (!('made' in said)) throw new Error(JSON.stringify(said));
  return said.made.label;
}
function seen({ shop, ledger }: Rig, at = Date.now(), store: BackupStore = ledger) {
  const spec = { ...shop.server.spec, name: 'shop-db', backup: policy, backupTool: shop.tool };
  const sources = { stores: () => [store], lastWriter: async () => undefined };
  return lookAtBackups(spec, sources, new Date(at).toISOString());
}
const wrongOf = ({ problems, looks }: DrillDone) => [...problems, ...looks.flatMap((look) => look.problems)];
const levelsOf = ({ proofs }: DrillDone) => proofs.map(({ level, outcome }) => `${level} ${outcome}`);
const proofsIn = async (rig: Rig) =>
  (await seen(rig)).stores.flatMap((store) => ('rows' in store ? store.rows.map(({ proof }) => proof) : []));

/** What is so of both tools. */
function proves(rigNow: () => Rig, store: string): void {
  it('proves that it comes back, as of our own, and leaves nothing behind', { timeout: TIME_MS }, async () => {
    const rig = rigNow();
    await rig.shop.write(500);
    expect(await proofsIn(rig)).toEqual(['none']);
    const done = await drilled(rig);
    expect(wrongOf(done)).toEqual([]);
    expect(levelsOf(done)).toEqual(['L3 passed', 'L4 passed']);
    expect({ store: done.store, isKept: done.isKept, leftover: done.leftover }).toEqual({
      store,
      isKept: true,
      leftover: null,
    });
    expect(done.looks.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['indexes (shop)', 'assertion orders-exist']),
    );
    expect(done.usableSeconds).toBeGreaterThanOrEqual(done.restoreSeconds ?? Infinity);
    expect(ownFolders()).toEqual([]);
  });

  it('is remembered in the ledger, and grows old as one of ours', { timeout: TIME_MS }, async () => {
    const rig = rigNow();
    expect(await proofsIn(rig)).toEqual([expect.stringMatching(/^L4, \d+ (?:s|min) ago$/)]);
    const { stores, findings } = await seen(rig);
    expect(stores).toMatchObject([{ restore: { sentence: expect.stringMatching(/^Yes: .*proven .* ago \(L4\)/) } }]);
    expect(findings.filter(({ key }) => key === 'backups:proof')).toEqual([]);
    const later = await seen(rig, Date.now() + 10 * DAY_MS);
    expect(later.findings).toContainEqual(expect.objectContaining({ key: 'backups:proof', severity: 'warning' }));
    expect(later.stores.flatMap((one) => ('rows' in one ? one.rows : []))[0]?.proof).toMatch(/ \(old\)$/);
  });

  it('compares with the drill before, and draws both', { timeout: TIME_MS }, async () => {
    const done = await drilled(rigNow());
    expect(done.looks.map(({ what }) => what)).toContain('against the last drill');
    expect(done.earlier).toHaveLength(1);
  });

  it('to a random second proves L5', { timeout: TIME_MS }, async () => {
    const rig = rigNow();
    await rig.shop.server.query('SELECT pg_sleep(2.1)');
    await rig.shop.write(10);
    const done = await drilled(rig, { to: 'random' });
    expect(wrongOf(done)).toEqual([]);
    expect(levelsOf(done)).toEqual(['L3 passed', 'L4 passed', 'L5 passed']);
  });

  it('is given up with its run, and then proves nothing', { timeout: TIME_MS }, async () => {
    const rig = rigNow();
    const stop = new AbortController();
    stop.abort(new Error('because the run was stopped'));
    expect(await answered(rig, { signal: stop.signal })).toEqual({
      refused: 'the drill was given up, because the run was stopped, and proves nothing.',
    });
    expect(ownFolders()).toEqual([]);
  });

  it('fails on what is broken in the repository, and says what', { timeout: TIME_MS }, async () => {
    const rig = rigNow();
    const proofs = (await proofsIn(rig)).length;
    const isMended = spoil(rig.shop);
    const done = await drilled(rig);
    isMended();
    expect({ proofs, levels: levelsOf(done), stage: done.stage }).toEqual({
      proofs: 1,
      levels: ['L3 failed'],
      stage: 'fetch',
    });
    expect(done.problems).toEqual([expect.stringMatching(/data error|checksum|is not what was backed up/)]);
    expect(await proofsIn(rig)).toEqual([expect.stringMatching(/^L3 failed /)]);
    expect((await seen(rig)).findings).toContainEqual(expect.objectContaining({ key: 'backups:damaged' }));
    // Mended, and proved again.
    expect(levelsOf(await drilled(rig))).toEqual(['L3 passed', 'L4 passed']);
    expect(await proofsIn(rig)).toEqual([expect.stringMatching(/^L[45], /)]);
  });

  it('fails where WAL is missing on the way, and names the segment', { timeout: TIME_MS }, async () => {
    const rig = rigNow();
    for (const rows of [1, 1, 1]) await rig.shop.write(rows);
    const gone = takeSegment(rig.shop);
    const done = await drilled(rig);
    expect(levelsOf(done)).toEqual(['L5 failed']);
    expect(done.problems).toEqual([expect.stringContaining(`WAL is missing: the segment ${gone}`)]);
  });
}

/** All files of a folder. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** Flips bytes in the middle of the biggest file of the backup; gives back how to mend it. */
function spoil({ repository, tool }: ServerWithTool): () => void {
  const folder = tool.name === 'barman' ? join(repository, 'shop', 'base') : join(repository, 'backup', 'shop');
  const files = filesIn(folder).filter((file) => /\/(?:base\/\d+)\//.test(file));
  const biggest = files.toSorted((a, b) => readFileSync(b).length - readFileSync(a).length)[0] ?? '';
  const before = readFileSync(biggest);
  const broken = Buffer.from(before);
  broken.fill(0xff, before.length >> 1, (before.length >> 1) + 64);
  writeFileSync(biggest, broken);
  return () => writeFileSync(biggest, before);
}

/** Removes the segment before the last whole one from the archive, and what the tool knows of it. */
function takeSegment({ repository, tool }: ServerWithTool): string {
  const folder = tool.name === 'barman' ? join(repository, 'shop', 'wals') : join(repository, 'archive', 'shop');
  const segments = filesIn(folder).filter((file) => /\/[0-9A-F]{24}(?:-[0-9a-f]{40}(?:\.\w+)?)?$/.test(file));
  const gone = segments.toSorted().at(-2) ?? '';
  const name = /[0-9A-F]{24}(?=[^/]*$)/.exec(gone)?.[0] ?? '';
  rmSync(gone);
  if (tool.name === 'barman') {
    const list = join(folder, 'xlog.db');
    const lines = readFileSync(list, 'utf8')
      .split('\n')
      .filter((line) => !line.startsWith(name));
    writeFileSync(list, '');
    appendFileSync(list, lines.join('\n'));
  }
  return name;
}

describe.skipIf(whyNoPgbackrest !== undefined)('a drill of what pgBackRest has', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await rigOf(startWithPgbackrest);
  }, TIME_MS);
  afterAll(() => rig?.shop.stop(), TIME_MS);

  it('is refused where there is no backup, or the tool cannot be run', { timeout: TIME_MS }, async () => {
    expect(await answered(rig)).toEqual({
      refused: 'pgBackRest has no backup of shop-db: take one with backup shop-db.',
    });
    expect(await answered(rig, { tool: { ...rig.shop.tool, command: null } })).toEqual({
      refused: expect.stringMatching(/cannot be run here .*npx nightshift drill shop-db --here/),
    });
    expect(await answered(rig, { tool: { ...rig.shop.tool, command: ['/nowhere/pgbackrest'] } })).toEqual({
      refused: expect.stringMatching(/there is no program \/nowhere\/pgbackrest .*drill shop-db --here/),
    });
    expect(await answered(rig, { store: 'secondary' })).toEqual({
      refused: expect.stringMatching(/its first repository is drilled/),
    });
    await rig.shop.write(1000);
    await madeBackup(rig);
  });
  proves(() => rig, 'repo1');
});

describe.skipIf(whyNoBarman !== undefined)('a drill of what Barman has', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await rigOf(startWithBarman);
    await rig.shop.write(1000);
    await madeBackup(rig);
  }, TIME_MS);
  afterAll(() => rig?.shop.stop(), TIME_MS);
  proves(() => rig, 'barman');
});
