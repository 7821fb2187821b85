import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { expect, it } from 'vitest';
import { askApproval } from '../../src/app/ask-approval.ts';
import type { RunTools } from '../../src/app/run-tools.ts';
import type { RunRequest } from '../../src/core/run.ts';
import { planHash, type Plan } from '../../src/core/plan.ts';
import { end } from '../../src/operations/end.ts';
import { useDynamodbTable } from '../state/fresh-state.ts';
import { onePerson } from '../state/proposals.ts';

const local = useDynamodbTable();

const request: RunRequest = {
  operation: 'end',
  subject: 'shop-db',
  args: {},
  trigger: { kind: 'command', user: 'U0OMAR', channel: 'C0DBALERTS' },
  runId: 'end-early',
};
const plan: Plan = {
  runId: request.runId,
  operation: 'end',
  target: 'shop-db',
  identity: {},
  steps: [],
  args: null,
  loss: 'nothing',
  blastRadius: [],
  facts: [],
  expiresAt: new Date(Date.now() + 600_000).toISOString(),
};

it('a yes that is said before the run can be woken counts at once', async () => {
  const state = local.state();
  // Steps run as they come; nobody ever calls back.
  const durable = {
    step: (_name: string, run: () => Promise<unknown>) => run(),
    createCallback: async () => [new Promise(() => {}), 'callback'],
    waitForCallback: async (_name: string, submit: (id: string) => Promise<unknown>) => {
      await submit('callback');
      return new Promise(() => {});
    },
  } as unknown as DurableContext;
  const tools = {
    ...state,
    callbacks: {
      keep: async () => {
        await state.approvals.approve(plan.runId, planHash(plan), 'U0ADA');
      },
    },
    now: Date.now,
    named: (text: string) => text,
    targetsOf: () => [{ environment: 'laptop' }],
    approvalRule: () => onePerson,
    postPlan: async () => null,
  } as unknown as RunTools;
  const decision = await askApproval(durable, tools, end, request, plan);
  expect(decision).toMatchObject({ granted: { runId: 'end-early', by: ['U0ADA'] } });
});
