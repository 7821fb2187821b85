import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { memoryContext } from '../../src/app/memory-context.ts';
import { createMask } from '../../src/core/mask.ts';
import type { RunContext, Steps } from '../../src/core/operation.ts';
import type { Report } from '../../src/core/report.ts';
import { watch } from '../../src/operations/watch.ts';
import { lookAtWriters } from '../../src/operations/watch/look.ts';
import { createSecrets, openTarget } from '../../src/providers/index.ts';
import { createWriters } from '../../src/state/writers.ts';
import type { AnyTarget } from '../../src/targets/index.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { memoryTable } from '../app/memory-table.ts';
import { until } from '../checks/looking.ts';
import { expectPublished } from '../published-json.ts';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../servers.ts';
import { fenceThrough, hasPgbouncer, startPgbouncer } from '../servers/pgbouncer.ts';

/** Looks as a schedule does, with what earlier looks have remembered. */
function watching(server: { spec: TargetSpec; environment: Record<string, string> }) {
  const writers = createWriters(memoryTable(Date.now));
  let runs = 0;
  return async (spec: TargetSpec = server.spec): Promise<Report> => {
    const secrets = createSecrets((name) => server.environment[name]);
    const target = await openTarget(spec, 'read', { secret: secrets.resolve });
    try {
      const { name, engine, environment } = spec;
      const tools = { target, mask: createMask([]), nowMs: Date.now(), user: 'U0ANA' };
      const plain = memoryContext(watch, { name, engine, environment }, tools);
      const runId = `watch-${runs++}`;
      const context: RunContext<Steps> = {
        ...plain,
        sleep: async () => {},
        watchWriters: (one, seen) => writers.watch(one.name, runId, seen),
        each: (_name, targets, work) => Promise.all(targets.map((one) => work(one, context))),
      };
      const outcome = await watch.run(context, {});
      expectPublished(outcome);
      if (!('done' in outcome)) throw new Error(JSON.stringify(outcome));
      return outcome.done;
    } finally {
      await target.close();
    }
  };
}
const told = ({ findings }: Report) => findings.map(({ key, change }) => `${change} ${key}`);

describe('the watch over PostgreSQL', () => {
  let pair: TestPostgres;
  beforeAll(async () => void (pair = await startTestPostgres({ replica: true })));
  afterAll(() => pair.stop());

  it('tells once of two writers, and then of the former primary that is left', async () => {
    const look = watching(pair);
    expect(await look()).toMatchObject({
      status: 'healthy',
      headline: 'shop-db-1 takes the writes',
      facts: [{ label: 'shop-db-1 takes writes', value: expect.stringMatching(/^timeline 1, [0-9A-F]+\/[0-9A-F]+$/) }],
    });
    // Behind the primary's back.
    await pair.replica!.query('select pg_promote(true, 60)');
    const both = await look();
    expect(both).toMatchObject({
      status: 'critical',
      headline: 'two writers: shop-db-1 and shop-db-2 both take writes',
    });
    expect(both.findings[0]?.sentence).toMatch(/shop-db-1 \(timeline 1, .*\), shop-db-2 \(timeline 2, .*\)/);
    expect(both.findings[0]?.next).toMatch(/^Keep clients away from shop-db-1/);
    expect(told(both)).toEqual(['NEW watch.two-writers:shop-db-1,shop-db-2']);
    expect(told(await look())).toEqual(['SAME watch.two-writers:shop-db-1,shop-db-2']);

    await pair.primary.stop('immediate');
    expect(await look()).toMatchObject({
      status: 'unknown',
      headline: 'shop-db-2 takes the writes; shop-db-1 did not answer',
    });
    await pair.replica!.stop('fast');
    expect(await look()).toMatchObject({ status: 'unknown', findings: [] });
    await pair.primary.restart();
    const back = await look();
    expect(told(back)).toEqual(['NEW watch.former-primary:shop-db-1']);
    expect(back.findings[0]?.sentence).toMatch(
      /^shop-db-1 \(timeline 1, .*\) takes writes, but shop-db-2 took writes further/,
    );
    expect(told(await look())).toEqual(['SAME watch.former-primary:shop-db-1']);
  });

  it('takes a former primary that refuses writes for none', async () => {
    const look = watching(pair);
    await pair.replica!.restart();
    await pair.primary.query(`alter system set default_transaction_read_only = on`);
    await pair.primary.query('select pg_reload_conf()');
    const report = await until(look, ({ status }) => status === 'healthy');
    expect(report.headline).toBe('shop-db-2 takes the writes');
  });

  it.skipIf(!hasPgbouncer)(
    'says when a pooler leads to another server than the one that takes the writes',
    async () => {
      const look = watching(pair);
      const entry = `shop = host=127.0.0.1 port=${pair.primary.port} dbname=shop`;
      const pool = await startPgbouncer([entry], ['stats_users = nightshift_read', 'admin_users = nightshift_act']);
      try {
        const spec = { ...pair.spec, fence: fenceThrough({ 'pool-1': pool.port }) };
        const report = await until(
          () => look(spec),
          ({ findings }) => findings.length > 0,
        );
        expect(report).toMatchObject({ status: 'critical', headline: 'clients are sent elsewhere than to shop-db-2' });
        expect(report.findings[0]).toMatchObject({
          key: 'watch.pointer:pool-1',
          sentence: `pool-1 sends clients to shop-db-1 (127.0.0.1:${pair.primary.port}), and shop-db-2 takes the writes.`,
          actions: [{ operation: 'fence' }],
        });
      } finally {
        await pool.stop();
      }
    },
  );
});

test('a server that stops answering during the look is one that did not answer', async () => {
  const broken = async () => Promise.reject(new Error('the connection broke'));
  const member = { name: 'shop-db-1', inRecovery: false, readOnlyBy: null, query: broken };
  const target = { engine: 'postgres', members: [member], unreached: [] } as unknown as AnyTarget;
  expect(await lookAtWriters(target)).toMatchObject({ writers: [], unreached: ['shop-db-1'] });
});

describe('the watch over Redis', () => {
  let pair: TestRedis;
  beforeAll(async () => void (pair = await startTestRedis({ replica: true })));
  afterAll(() => pair.stop());

  it('tells of two writers', async () => {
    const look = watching(pair);
    expect(await look()).toMatchObject({ status: 'healthy', headline: 'shop-cache-1 takes the writes' });
    await pair.replica!.call('REPLICAOF', 'NO', 'ONE');
    expect(told(await look())).toEqual(['NEW watch.two-writers:shop-cache-1,shop-cache-2']);
  });

  it('is fine after a takeover, and tells of a former primary that goes on with its old history', async () => {
    const look = watching(pair);
    const cut = (name: string): TargetSpec => ({
      ...pair.spec,
      members: pair.spec.members.map((one) => (one.name === name ? { ...one, port: 1 } : one)),
    });
    expect(told(await look(cut('shop-cache-2')))).toEqual([]);
    expect(told(await look(cut('shop-cache-1')))).toEqual([]);
    const back = await look(cut('shop-cache-2'));
    expect(told(back)).toEqual(['NEW watch.former-primary:shop-cache-1']);
    expect(back.headline).toBe('shop-cache-1 takes writes with an old history; shop-cache-2 did not answer');
  });
});
