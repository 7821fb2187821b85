import type { DurableContext } from '@aws/durable-execution-sdk-js';
import type { RunContext, RunOperation, Steps } from '../core/operation.ts';
import type { Grant } from '../core/plan.ts';
import type { RunRequest } from '../core/run.ts';
import { askApproval } from './ask-approval.ts';
import { once } from './retries.ts';
import type { RunTools } from './run-tools.ts';
import { withStep, type WatchedStep } from './step-list.ts';

export type Watched = Pick<RunContext<Steps>, 'approval' | 'progress'> & {
  /** Shows how far a step is, between two calls of `progress`; not a checkpoint of its own, and not remembered. */
  show(step: string, details: string): Promise<void>;
};

/** What people see of a run at work. The list is made anew at each replay, by the same calls. */
export function watched(
  durable: DurableContext,
  tools: RunTools,
  operation: RunOperation,
  request: RunRequest,
): Watched {
  let steps: readonly WatchedStep[] = [];
  return {
    approval: async (plan) => {
      const decision = await askApproval(durable, tools, operation, request, plan);
      if ('granted' in decision) steps = withStep(steps, approvedStep(tools, decision.granted));
      return decision;
    },
    progress: async (step, state, details) => {
      steps = withStep(steps, { step, state, ...(details === undefined ? {} : { details }) });
      const now = steps;
      await durable
        .step(`progress ${step} ${state}`, () => tools.showProgress(request, now), once)
        .catch(() => undefined);
    },
    show: async (step, details) => {
      await tools.showProgress(request, withStep(steps, { step, state: 'in_progress', details }));
    },
  };
}

function approvedStep({ named }: RunTools, { by }: Grant): WatchedStep {
  const who = by === 'policy' ? 'the config' : named(by.join(', '));
  return { step: `Approved by ${who}`, state: 'complete' };
}
