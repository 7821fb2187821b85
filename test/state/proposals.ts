import { beforeEach } from 'vitest';
import { planHash, type Plan } from '../../src/core/plan.ts';
import type { ApprovalRule } from '../../src/core/safety.ts';
import type { State } from '../../src/state/index.ts';
import { handClock, start, type HandClock, type TestTable } from './fresh-state.ts';

export const onePerson: ApprovalRule = { by: 'people', count: 1 };
export const twoPeople: ApprovalRule = { by: 'people', count: 2 };
export const policy: ApprovalRule = { by: 'policy' };

/** A plan that expires 15 minutes after the clock starts; each has a run and a target of its own. */
export function planOf(number: number): Plan {
  return {
    runId: `end-${number}`,
    operation: 'end',
    target: `db-${number}`,
    identity: { pid: 2211, backendStart: '2026-11-24T02:40:00.000Z' },
    steps: ['End backend 2211.'],
    args: { pid: 2211 },
    loss: 'The open transaction of one session.',
    blastRadius: [],
    facts: [],
    expiresAt: new Date(start + 900_000).toISOString(),
  };
}

export type Proposals = {
  state(): State;
  clock(): HandClock;
  proposed(rule: ApprovalRule, proposer?: string): Promise<{ plan: Plan; runId: string; hash: string }>;
};

/** State with a clock of its own for each test, and plans to decide upon. */
export function useProposals(local: Pick<TestTable, 'state'>): Proposals {
  let clock = handClock();
  let state: State | undefined;
  let count = 0;
  beforeEach(() => {
    clock = handClock();
    state = local.state(clock.now);
  });
  const present = (): State => {
    if (state === undefined) throw new Error('no test has begun yet');
    return state;
  };
  return {
    state: present,
    clock: () => clock,
    proposed: async (rule, proposer = 'U0OMAR') => {
      const plan = planOf((count += 1));
      await present().approvals.propose(plan, rule, proposer);
      return { plan, runId: plan.runId, hash: planHash(plan) };
    },
  };
}
