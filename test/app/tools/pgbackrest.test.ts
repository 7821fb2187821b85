import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAtBackups } from '../../../src/app/look-at-backups.ts';
import { lookAtTool } from '../../../src/app/tools/look-at-tool.ts';
import { restoreWithTool } from '../../../src/app/tools/restore-with-tool.ts';
import { openTool } from '../../../src/app/tools/tool-door.ts';
import type { CopyProgress } from '../../../src/core/backup.ts';
import { usualBackupPolicy } from '../../../src/core/backup-policy.ts';
import type { ToolKind, ToolWork } from '../../../src/core/backup-tool.ts';
import { createDirectoryStore } from '../../../src/state/backup-store/directory.ts';
import { startWithPgbackrest, whyNoPgbackrest, type ServerWithTool } from '../../servers/backup-tools.ts';
import { countOrders } from './count-orders.ts';

if (whyNoPgbackrest !== undefined) process.stderr.write(`SKIPPED: backups that pgBackRest makes: ${whyNoPgbackrest}\n`);
const TIME_MS = 240_000;
const listener = { step: () => {}, bytes: () => {} };

describe.skipIf(whyNoPgbackrest !== undefined)('a server that pgBackRest backs up', () => {
  let shop: ServerWithTool;
  let runs = 0;
  const work = (kind: ToolKind, after: string | null, over: Partial<ToolWork> = {}): ToolWork => ({
    runId: `backup-${(runs += 1)}`,
    kind,
    after,
    round: 1,
    progress: () => {},
    signal: new AbortController().signal,
    ...over,
  });
  const labelNow = async () => {
    const said = await openTool(shop.tool).newest();
    return 'label' in said ? said.label : said.refused;
  };
  const seen = () =>
    lookAtBackups(
      { ...shop.server.spec, backup: usualBackupPolicy, backupTool: shop.tool },
      { stores: () => [], lastWriter: async () => undefined },
      new Date().toISOString(),
    );

  beforeAll(async () => {
    shop = await startWithPgbackrest();
  }, TIME_MS);
  afterAll(() => shop?.stop(), TIME_MS);

  it('has no backup at first, which is critical, in the words of our own', { timeout: TIME_MS }, async () => {
    const { stores, findings, whyNone } = await seen();
    expect(whyNone).toBeNull();
    expect(stores).toMatchObject([{ store: 'repo1', count: 0, restore: { from: null } }]);
    expect(findings).toMatchObject([{ key: 'backups:full', severity: 'critical' }]);
  });

  it('is backed up by it on demand, with how far it is, and in full the first time', { timeout: TIME_MS }, async () => {
    await shop.write(1000);
    const heard: CopyProgress[] = [];
    const said = await openTool(shop.tool).backUp(work('full', null, { progress: (at) => void heard.push(at) }));
    expect(said).toMatchObject({
      made: { kind: 'full', store: 'repo1', label: expect.stringMatching(/^\d{8}-\d{6}F$/) as string, problems: [] },
    });
    for (const { doneBytes, totalBytes } of heard) expect(doneBytes).toBeLessThanOrEqual(Math.max(totalBytes, 0) * 1.1);
  });

  it('is built on after that: an increment has a parent', { timeout: TIME_MS }, async () => {
    const full = await labelNow();
    await shop.write(10);
    const said = await openTool(shop.tool).backUp(work('incremental', full));
    expect(said).toMatchObject({ made: { kind: 'incremental', label: expect.stringMatching(/^.*F_.*I$/) as string } });
    const { stores, findings } = await seen();
    expect(findings).toEqual([]);
    expect(stores).toMatchObject([{ count: 2, retention: null, restore: { from: expect.any(String) as string } }]);
    const rows = stores.flatMap((store) => ('rows' in store ? store.rows : []));
    expect(rows.map(({ kind }) => kind)).toEqual(['incremental', 'full']);
    for (const { sizeBytes } of rows) expect(sizeBytes).toBeGreaterThan(0);
  });

  it('tells the same in its repository, where the program cannot be run', { timeout: TIME_MS }, async () => {
    const store = createDirectoryStore({ name: 'repository', directory: shop.repository });
    const byProgram = await lookAtTool(shop.tool, undefined);
    const byFiles = await lookAtTool({ ...shop.tool, command: null }, () => store);
    const instead = await lookAtTool({ ...shop.tool, command: ['/nowhere/pgbackrest'] }, () => store);
    const known = (looked: typeof byProgram) =>
      'unseen' in looked
        ? looked.unseen
        : looked.repositories.map(({ wal, ...rest }) => ({ ...rest, wal: wal?.map(({ low }) => low) }));
    expect(known(byFiles)).toEqual(known(byProgram));
    expect(known(instead)).toEqual(known(byProgram));
  });

  it('is restored by it to a time, apart from the server, and archives nothing', { timeout: TIME_MS }, async () => {
    const before = await countOrders(shop.server.port);
    const [row] = await shop.server.query<{ at: Date }>('SELECT clock_timestamp() AS at, pg_sleep(1.5)');
    await shop.write(500);
    const to = { kind: 'time', at: row?.at.toISOString() ?? '' } as const;
    const said = await restoreWithTool({ tool: shop.tool, to, into: shop.place('restored') }, listener);
    if ('refused' in said) throw new Error(said.refused);
    const { started } = said.done;
    if ('notStarted' in started) throw new Error(started.notStarted);
    try {
      expect(await countOrders(started.server.port)).toBe(before);
      expect(await countOrders(started.server.port, 'SHOW archive_mode')).toBe('off');
    } finally {
      await started.server.stop();
    }
    expect(await restoreWithTool({ tool: shop.tool, to, into: shop.place('restored') }, listener)).toEqual({
      refused: expect.stringMatching(/is not empty: a restore never goes over anything/) as string,
    });
  });

  it('is not backed up twice at once: the tool says no, and why', { timeout: TIME_MS }, async () => {
    const newest = await labelNow();
    const stop = new AbortController();
    const first = openTool(shop.tool).backUp(work('full', newest, { signal: stop.signal }));
    const second = openTool(shop.tool).backUp(work('full', newest));
    const said = await Promise.all([first, second]);
    // Which of them is first is not ours to say, nor whether the one has ended before the other begins.
    for (const one of said) if ('refused' in one) expect(one.refused).toMatch(/ended with code 50: .*lock/);
    expect(said.some((one) => 'made' in one)).toBe(true);
  });

  it('ends when its run is stopped, and leaves no backup', { timeout: TIME_MS }, async () => {
    const newest = await labelNow();
    const stop = new AbortController();
    const running = openTool(shop.tool).backUp(work('full', newest, { signal: stop.signal }));
    await sleep(0);
    stop.abort(new Error('the run was stopped'));
    expect(await running).toEqual({
      refused: expect.stringMatching(/was ended, because the run was stopped/) as string,
    });
    expect(await labelNow()).toBe(newest);
  });

  it(
    'has a gap where WAL is gone from its archive, which its own list does not tell',
    { timeout: TIME_MS },
    async () => {
      for (const rows of [1, 1, 1, 1]) await shop.write(rows);
      const folder = join(shop.repository, 'archive', 'shop', '15-1', '0000000100000000');
      const segments = readdirSync(folder)
        .filter((name) => /^[0-9A-F]{24}-/.test(name))
        .toSorted();
      const gone = segments.at(-2) ?? '';
      rmSync(join(folder, gone));
      const { findings, stores } = await seen();
      expect(findings).toMatchObject([
        {
          key: 'backups:gap',
          severity: 'critical',
          sentence: expect.stringContaining(`from ${gone.slice(0, 24)} on (1 segment)`) as string,
        },
      ]);
      expect(JSON.stringify(stores)).toContain(`WAL from ${gone.slice(0, 24)} on`);
    },
  );

  it('is unknown, and never empty, where the tool does not answer', { timeout: TIME_MS }, async () => {
    const broken = [...(shop.tool.command ?? []), '--no-such-option'];
    expect(await lookAtTool({ ...shop.tool, command: broken }, undefined)).toEqual({
      unseen: expect.stringMatching(/^pgBackRest ended with code 31: .*no-such-option/) as string,
    });
    expect(await lookAtTool({ ...shop.tool, command: ['/nowhere/pgbackrest'] }, undefined)).toEqual({
      unseen: 'there is no program /nowhere/pgbackrest where Nightshift runs',
    });
  });
});
