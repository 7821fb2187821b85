import { describe, expect, it } from 'vitest';
import type { RunContext, Steps } from '../../src/core/operation.ts';
import type { Grant, Plan } from '../../src/core/plan.ts';
import { rejoin } from '../../src/operations/rejoin.ts';
import type { RejoinLook, RejoinResult } from '../../src/targets/rejoin.ts';
import { expectPublished } from '../published-json.ts';

const look: RejoinLook = {
  primary: 'shop-db-2',
  identity: { 'system identifier': '7', timeline: 4, 'address of shop-db-2': '10.0.0.2:5432' },
  following: ['shop-db-3'],
  candidates: [{ member: 'shop-db-1', stands: 'it does not answer: nothing listens.', unfit: null }],
  steps: ['Stop {member}', 'Keep its log of writes', 'Make {member} a standby of shop-db-2'],
  clients: ['Clients of shop-db-2 notice nothing.'],
  undo: 'What {member} was before is gone.',
  facts: [{ label: 'Takes the writes', value: 'shop-db-2, on timeline 4' }],
};
const grant: Grant = { runId: 'rejoin-1', planHash: 'x', fence: 1, by: ['U0ADA'] };
const target = { name: 'shop-db', engine: 'postgres', environment: 'production' };
const order = { member: 'shop-db-1', primary: 'shop-db-2', identity: look.identity };
const underWay: RejoinResult = { ended: 'under-way', phase: 'shop-db-1 is stopped' };
const rejoined: RejoinResult = { ended: 'rejoined', why: null, evidence: ['shop-db-1 receives.'], left: [] };

type Script = {
  looks?: readonly (RejoinLook | { refused: string })[];
  became?: readonly (RejoinResult | 'unknown')[];
  args?: Record<string, string>;
};

async function asked({ looks = [look], became = [rejoined], args = {} }: Script = {}) {
  const seen = { plans: [] as Plan[], acted: [] as unknown[], progress: [] as string[] };
  const left = { looks: [...looks], became: [...became] };
  const carryOut = async (...call: unknown[]) => (seen.acted.push(call), underWay);
  const context = {
    runId: 'rejoin-1',
    startedAt: '2026-11-24T02:00:00.000Z',
    targets: [target],
    subject: 'shop-db',
    steps: {
      look: async () => (left.looks.length > 1 ? left.looks.shift() : left.looks[0]),
      carryOut: Object.assign(carryOut, {
        became: async () => (left.became.length > 1 ? left.became.shift() : left.became[0]),
      }),
    },
    sleep: async () => {},
    approval: async (plan: Plan) => (seen.plans.push(plan), { granted: grant }),
    progress: async (...told: string[]) => void seen.progress.push(told.join(' ')),
  };
  const outcome = await rejoin.run(context as unknown as RunContext<Steps>, args);
  expectPublished(outcome);
  return { ...seen, outcome };
}

describe('a rejoin', () => {
  it('is planned for the one server that does not follow, and carries out exactly that', async () => {
    const { plans, acted, outcome, progress } = await asked();
    expect(plans[0]).toMatchObject({
      identity: order,
      steps: ['Stop shop-db-1', 'Keep its log of writes', 'Make shop-db-1 a standby of shop-db-2'],
      loss: 'What only shop-db-1 has goes from it: its log of writes is kept beside it before.',
      blastRadius: ['Clients of shop-db-2 notice nothing.', 'What shop-db-1 was before is gone.'],
    });
    expect(plans[0]?.facts).toEqual([
      { label: 'shop-db-1', value: 'it does not answer: nothing listens.' },
      { label: 'Takes the writes', value: 'shop-db-2, on timeline 4' },
      { label: 'Follow already', value: 'shop-db-3' },
    ]);
    expect(acted).toEqual([[target, order, grant]]);
    expect(progress.at(-1)).toBe('Make shop-db-1 a standby of shop-db-2 complete');
    expect(outcome).toMatchObject({
      done: {
        status: 'healthy',
        headline: 'shop-db-1 follows shop-db-2 now',
        text: ['shop-db-1 receives.'],
        facts: [{ label: 'Standbys', value: 'shop-db-3, shop-db-1' }],
      },
    });
  });

  it('shows how far the hand is, until it is over', async () => {
    const kept: RejoinResult = { ended: 'under-way', phase: 'the log of writes of shop-db-1 is kept' };
    const { progress } = await asked({ became: [underWay, 'unknown', kept, rejoined] });
    expect(progress).toContain(
      'Make shop-db-1 a standby of shop-db-2 in_progress the log of writes of shop-db-1 is kept',
    );
  });

  it('that failed on the host is critical, with the last words of the hand', async () => {
    const why = 'the command of shop-db-1 failed at `keep`: it ended with 1. No space left on device';
    const { outcome } = await asked({ became: [{ ended: 'not-done', why, evidence: [], left: ['See.'] }] });
    expect(outcome).toMatchObject({
      done: { status: 'critical', headline: `shop-db-1 does not follow shop-db-2: ${why}`, text: ['To do: See.'] },
    });
  });

  it('whose end nobody knows asks for a person', async () => {
    const became: RejoinResult[] = [{ ended: 'needs-a-human', why: 'the process is gone.', evidence: [], left: [] }];
    expect((await asked({ became })).outcome).toMatchObject({
      done: { status: 'critical', headline: 'a person has to look: the process is gone.' },
    });
  });

  it.each([
    [
      'the timeline is another one',
      { ...look, identity: { ...look.identity, timeline: 5 } },
      /timeline was 4 and is 5/,
    ],
    ['another server takes the writes', { ...look, primary: 'shop-db-3' }, /shop-db-3 takes the writes now/],
    ['it follows by now', { ...look, following: ['shop-db-1'], candidates: [] }, /shop-db-1 follows shop-db-2 already/],
    ['two servers take writes', { refused: 'two servers take writes' }, /two servers take writes/],
  ])('does nothing where, after the approval, %s', async (_, then, why) => {
    const { outcome, acted } = await asked({ looks: [look, then] });
    expect(outcome).toEqual({ refused: expect.stringMatching(why) as string });
    expect(acted).toEqual([]);
  });

  it.each([
    ['nobody has a hand on its host', [{ ...look.candidates[0]!, unfit: 'no hand.' }], {}, 'shop-db-1: no hand.'],
    ['all follow already', [], {}, 'all follow shop-db-2 already: shop-db-3'],
    ['it is the primary', look.candidates, { member: 'shop-db-2' }, 'shop-db-2 takes the writes: the others follow it'],
    [
      'more than one does not follow',
      [look.candidates[0]!, { ...look.candidates[0]!, member: 'shop-db-4' }],
      {},
      'more than one does not follow: say shop-db-1 or shop-db-4',
    ],
  ])('is refused before anybody is asked where %s', async (_, candidates, args, why) => {
    const { outcome, plans } = await asked({ looks: [{ ...look, candidates }], args });
    expect(outcome).toEqual({ refused: why });
    expect(plans).toEqual([]);
  });
});
