import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAtBackups } from '../../../src/app/look-at-backups.ts';
import { restoreWithTool } from '../../../src/app/tools/restore-with-tool.ts';
import { openTool } from '../../../src/app/tools/tool-door.ts';
import { usualBackupPolicy } from '../../../src/core/backup-policy.ts';
import type { ToolKind, ToolWork } from '../../../src/core/backup-tool.ts';
import { startWithBarman, whyNoBarman, type ServerWithTool } from '../../servers/backup-tools.ts';
import { countOrders } from './count-orders.ts';

if (whyNoBarman !== undefined) process.stderr.write(`SKIPPED: backups that Barman makes: ${whyNoBarman}\n`);
const TIME_MS = 240_000;
const listener = { step: () => {}, bytes: () => {} };

describe.skipIf(whyNoBarman !== undefined)('a server that Barman backs up', () => {
  let shop: ServerWithTool;
  let runs = 0;
  const work = (kind: ToolKind, signal = new AbortController().signal): ToolWork => ({
    runId: `backup-${(runs += 1)}`,
    kind,
    after: null,
    round: 1,
    progress: () => {},
    signal,
  });
  const seen = () =>
    lookAtBackups(
      { ...shop.server.spec, backup: usualBackupPolicy, backupTool: shop.tool },
      { stores: () => [], lastWriter: async () => undefined },
      new Date().toISOString(),
    );

  beforeAll(async () => {
    shop = await startWithBarman();
  }, TIME_MS);
  afterAll(() => shop?.stop(), TIME_MS);

  it('has no backup at first, and what Barman complains of is told', { timeout: TIME_MS }, async () => {
    const { stores, findings } = await seen();
    expect(stores).toMatchObject([{ store: 'barman', count: 0 }]);
    expect(findings).toMatchObject([
      {
        key: 'backups:tool',
        severity: 'critical',
        sentence: expect.stringMatching(/^Barman itself says .* wal archive/) as string,
      },
      { key: 'backups:full', severity: 'critical' },
    ]);
  });

  it('leaves no backup where the run is stopped while it works', { timeout: TIME_MS }, async () => {
    const stop = new AbortController();
    const running = openTool(shop.tool).backUp(work('usual', stop.signal));
    stop.abort(new Error('the run was stopped'));
    expect(await running).toEqual({
      refused: expect.stringMatching(/was ended, because the run was stopped/) as string,
    });
    expect(await openTool(shop.tool).newest()).toEqual({ label: null });
  });

  it('is backed up by it on demand, in full, and with WAL up to now', { timeout: TIME_MS }, async () => {
    await shop.write(1000);
    const said = await openTool(shop.tool).backUp(work('usual'));
    expect(said).toMatchObject({
      made: { kind: 'full', store: 'barman', label: expect.stringMatching(/^\d{8}T\d{6}$/) as string },
    });
    await shop.write(20);
    const { stores, findings } = await seen();
    expect(findings).toEqual([]);
    expect(stores).toMatchObject([
      { count: 1, rows: [{ kind: 'full', problems: [], anySecondUntil: expect.stringMatching(/Z$/) as string }] },
    ]);
  });

  it('is restored by it to a time and to its last, apart from the server', { timeout: TIME_MS }, async () => {
    const before = await countOrders(shop.server.port);
    const [row] = await shop.server.query<{ at: Date }>('SELECT clock_timestamp() AS at, pg_sleep(1.5)');
    await shop.write(500);
    const restored = async (name: string, to: Parameters<typeof restoreWithTool>[0]['to']) => {
      const said = await restoreWithTool({ tool: shop.tool, to, into: shop.place(name) }, listener);
      if ('refused' in said) throw new Error(said.refused);
      const { started } = said.done;
      if ('notStarted' in started) throw new Error(started.notStarted);
      try {
        return [await countOrders(started.server.port), await countOrders(started.server.port, 'SHOW archive_mode')];
      } finally {
        await started.server.stop();
      }
    };
    expect(await restored('to-a-time', { kind: 'time', at: row?.at.toISOString() ?? '' })).toEqual([before, 'off']);
    expect(await restored('to-the-last', { kind: 'latest' })).toEqual([await countOrders(shop.server.port), 'off']);
  });
});
