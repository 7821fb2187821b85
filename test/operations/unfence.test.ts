import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunContext, Steps } from '../../src/core/operation.ts';
import type { Grant, Plan } from '../../src/core/plan.ts';
import { unfence } from '../../src/operations/unfence.ts';
import { openTarget } from '../../src/providers/index.ts';
import { until } from '../checks/looking.ts';
import { expectPublished } from '../published-json.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { fenceThrough, hasPgbouncer, startPgbouncer, type TestPgbouncer } from '../servers/pgbouncer.ts';
import { noJournal } from './no-journal.ts';

const grant: Grant = { runId: 'unfence-1', planHash: 'x', fence: 1, by: ['U0ADA'] };

describe.skipIf(!hasPgbouncer)('letting clients in again (Debian package pgbouncer; skipped without it)', () => {
  let pair: TestPostgres;
  let pool: TestPgbouncer;
  const entry = (port = 0) => `shop = host=127.0.0.1 port=${port} dbname=shop`;
  const lines = ['pool_mode = transaction', 'admin_users = nightshift_act', 'stats_users = nightshift_read'];
  beforeAll(async () => {
    pair = await startTestPostgres({ replica: true });
    pool = await startPgbouncer([entry(pair.primary.port)], lines);
    await until(
      () => onFence('read', (fence) => fence.look()),
      ({ says }) => says === 'open',
    );
  });
  afterAll(async () => {
    await pool.stop();
    await pair.stop();
  });

  const secret = async (reference: { from: string; name?: string }) => pair.environment[reference.name ?? ''] ?? '';
  async function inRoom<R>(
    room: 'read' | 'act',
    work: (target: Opened) => Promise<R>,
    poolers = { 'pool-1': pool.port },
  ) {
    const target = await openTarget({ ...pair.spec, fence: fenceThrough(poolers) }, room, { secret });
    try {
      return await work(target);
    } finally {
      await target.close();
    }
  }
  type Opened = Awaited<ReturnType<typeof openTarget>>;
  const onFence = <R>(room: 'read' | 'act', ask: (fence: NonNullable<Opened['fence']>) => Promise<R>) =>
    inRoom(room, async ({ fence }) => {
      if (!fence) throw new Error('no fence');
      return ask(fence);
    });
  const close = () => onFence('act', (fence) => fence.close());

  /** The verb, its steps in real rooms; `meanwhile` is what happens before somebody says yes. */
  async function asked(
    meanwhile: () => Promise<unknown> = async () => {},
    poolers?: { 'pool-1': number },
    wasFenced = false,
  ) {
    const plans: Plan[] = [];
    const remembered: string[] = [];
    const { look, open } = unfence.steps;
    if (look?.room !== 'read' || open?.room !== 'act') throw new Error('other steps');
    const target = { name: 'shop-db', engine: 'postgres', environment: 'production' };
    const context = {
      runId: 'unfence-1',
      startedAt: '2026-11-24T02:00:00.000Z',
      targets: [target],
      subject: 'shop-db',
      steps: {
        look: () => inRoom('read', (one) => look.run(one as never, null), poolers),
        open: (_: unknown, args: never, by: Grant) =>
          inRoom('act', (one) => open.run(one as never, args, by, noJournal), poolers),
      },
      approval: async (plan: Plan) => (plans.push(plan), await meanwhile(), { granted: grant }),
      progress: async () => {},
      rememberFence: async (_: unknown, says: string) => (remembered.push(says), wasFenced),
    };
    const outcome = await unfence.run(context as unknown as RunContext<Steps>, {});
    expectPublished(outcome);
    return { outcome, plans, remembered };
  }

  it('is refused where nobody is kept away', async () => {
    expect((await asked()).outcome).toEqual({ refused: 'it is open already: pool-1 lets clients in to shop.' });
  });

  it('says of a fence that something else has opened that it may be so, which nobody is told of any more', async () => {
    const { outcome, plans, remembered } = await asked(undefined, undefined, true);
    expect([plans, remembered]).toEqual([[], ['open']]);
    expect(outcome).toMatchObject({ done: { headline: expect.stringContaining('no longer kept as closed') } });
  });

  it('opens where the pooler leads to the server that takes the writes', async () => {
    await close();
    const { outcome, plans } = await asked();
    expect(plans[0]?.identity).toEqual({
      leads: { 'pool-1': `leads to shop-db-1 (127.0.0.1:${pair.primary.port})` },
      writer: 'shop-db-1',
    });
    expect(outcome).toMatchObject({ done: { status: 'healthy', headline: 'clients come in again, to shop-db-1' } });
    expect(await onFence('read', (fence) => fence.look())).toMatchObject({ says: 'open', letsAllIn: true });
  });

  it('that was cut off says how it stands, and changes nothing', async () => {
    await close();
    const { open } = unfence.steps;
    if (open?.room !== 'act') throw new Error('other steps');
    const ended = await inRoom('act', (one) =>
      open.reconcile(one as never, null, '2026-11-24T02:00:00.000Z', noJournal),
    );
    expect(ended).toEqual({
      ended: 'closed',
      why: 'pool-1 keeps clients off shop, with no connection to the server.',
    });
    expect(await onFence('read', (fence) => fence.look())).toMatchObject({ says: 'closed' });
    await onFence('act', (fence) => fence.open());
  });

  it('is refused where a pooler does not say where it leads', async () => {
    const { outcome } = await asked(undefined, { 'pool-1': 1 });
    expect(outcome).toMatchObject({
      refused: expect.stringMatching(/Nobody is let in before it says where it leads$/),
    });
  });

  it('lets nobody in to a former primary that came back, nor to one of two that take writes', async () => {
    await close();
    const promoted = asked(() => pair.replica!.query('select pg_promote(true, 60)'));
    await expect(promoted).rejects.toThrow('nobody was let in: two servers take writes: shop-db-1 and shop-db-2');
    expect(await asked()).toMatchObject({
      outcome: { refused: 'two servers take writes: shop-db-1 and shop-db-2. Stop the wrong one first' },
      plans: [],
    });
    await pair.primary.stop('fast');
    expect((await asked()).outcome).toEqual({
      refused: `pool-1 leads to shop-db-1 (127.0.0.1:${pair.primary.port}), and shop-db-2 takes the writes: point it there first (host and port of its entry in [databases], then RELOAD)`,
    });
    expect(await onFence('read', (fence) => fence.look())).toMatchObject({ says: 'closed' });
    pool.point([entry(pair.replica?.port)]);
    await until(
      () => onFence('read', (fence) => fence.look()),
      ({ leads }) => leads?.[0]?.member === 'shop-db-2',
    );
    expect((await asked()).outcome).toMatchObject({ done: { headline: 'clients come in again, to shop-db-2' } });
  });
});
