import { describe, expect, it } from 'vitest';
import type { RunContext, Steps } from '../../src/core/operation.ts';
import { planHash, type Grant, type Plan } from '../../src/core/plan.ts';
import { fence } from '../../src/operations/fence.ts';
import type { FenceEnded, FenceLook } from '../../src/operations/fence/look.ts';
import { expectPublished } from '../published-json.ts';

const look: FenceLook = {
  says: 'open',
  sentence: 'pool-1 lets clients in to shop.',
  leads: [{ through: 'pool-1', to: '10.0.1.5:5432', member: 'shop-db-1' }],
  letsAllIn: true,
  means: 'PgBouncer pool-1 (database shop) drops its clients and lets none in',
  certain: false,
  clients: ['Clients that reach the servers past the pooler notice nothing.'],
  writers: ['shop-db-1'],
};
const grant: Grant = { runId: 'fence-1', planHash: 'x', fence: 1, by: ['U0ADA'] };
const target = { name: 'shop-db', engine: 'postgres', environment: 'production' };
const closed: FenceEnded = { ended: 'closed', why: 'pool-1 keeps clients off shop, with no connection to the server.' };

async function asked(
  one: FenceLook | { refused: string },
  ended: FenceEnded = closed,
  approval: object = { granted: grant },
) {
  const seen = { plans: [] as Plan[], closed: [] as unknown[], kept: [] as string[] };
  const context = {
    runId: 'fence-1',
    startedAt: '2026-11-24T02:00:00.000Z',
    targets: [target],
    subject: 'shop-db',
    steps: { look: async () => one, close: async (...call: unknown[]) => (seen.closed.push(call), ended) },
    approval: async (plan: Plan) => (seen.plans.push(plan), approval),
    progress: async () => {},
    rememberFence: async (_target: unknown, says: string) => (seen.kept.push(says), false),
  };
  const outcome = await fence.run(context as unknown as RunContext<Steps>, {});
  expectPublished(outcome);
  return { ...seen, outcome };
}

describe('a fence', () => {
  it('is planned as what it keeps away, and says that others come past it', async () => {
    const { plans, closed: calls, outcome } = await asked(look);
    expect(plans[0]).toMatchObject({
      identity: { leads: { 'pool-1': 'leads to shop-db-1 (10.0.1.5:5432)' } },
      blastRadius: [
        'Clients that reach the servers past the pooler notice nothing.',
        '/db unfence shop-db lets them in again.',
      ],
    });
    expect(plans[0]?.facts).toContainEqual({
      label: 'Covers all clients',
      value: 'not known: as far as clients come through the pooler (fence.coversAllClients is not set)',
    });
    expect(calls).toEqual([[target, { leads: { 'pool-1': 'leads to shop-db-1 (10.0.1.5:5432)' } }, grant]]);
    expect(outcome).toMatchObject({
      done: { status: 'warning', headline: 'closed, as far as clients come through the pooler' },
    });
  });

  it('is certain where the config says that nobody comes past it', async () => {
    const { outcome } = await asked({ ...look, certain: true });
    expect(outcome).toMatchObject({ done: { headline: 'closed: no client reaches it' } });
  });

  it('that a pooler did not confirm is told as unknown, never as closed', async () => {
    const why = 'pool-1 keeps clients off shop; pool-2 did not say how it stands: nothing listens.';
    const { outcome } = await asked(look, { ended: 'unknown', why });
    expect(outcome).toMatchObject({
      done: {
        status: 'critical',
        headline: 'nobody knows whether it is closed: do as if it were open',
        text: [why, expect.stringMatching(/^To do: close what did not answer/)],
        next: [{ operation: 'fence' }, { operation: 'health' }],
      },
    });
  });

  it('is kept as what it said', async () => {
    expect((await asked(look)).kept).toEqual(['closed']);
    expect((await asked(look, { ended: 'unknown', why: 'x' })).kept).toEqual(['unknown']);
  });

  it('that still lets clients in is critical', async () => {
    const { outcome } = await asked(look, { ended: 'open', why: 'pool-1 lets clients in by reports.' });
    expect(outcome).toMatchObject({ done: { status: 'critical', headline: 'not closed: clients still come in' } });
  });

  it.each([
    ['it is closed already', { ...look, says: 'closed', sentence: 'x' } as const, 'it is closed already: x'],
    ['nothing stands before the servers', { refused: 'nothing is known' }, 'nothing is known'],
  ])('is refused, and nobody is asked, where %s', async (_, one, refused) => {
    const { plans, outcome } = await asked(one);
    expect([plans, outcome]).toEqual([[], { refused }]);
  });

  it('does nothing without an approval', async () => {
    const { closed: calls, outcome } = await asked(look, closed, { refused: 'ada said no; nothing was done' });
    expect([calls, outcome]).toEqual([[], { refused: 'ada said no; nothing was done' }]);
  });

  it('is approved for where the poolers lead, however the servers behind them stand', async () => {
    const hash = async (one: FenceLook) => planHash((await asked(one)).plans[0]!);
    const first = await hash(look);
    expect(await hash({ ...look, writers: [] })).toBe(first);
    const leads = [{ through: 'pool-1', to: '10.0.1.6:5432', member: 'shop-db-2' }];
    expect(await hash({ ...look, leads })).not.toBe(first);
  });
});
