import * as v from 'valibot';
import { act, defineOperation, read, type RunContext, type TargetName } from '../core/operation.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Grant } from '../core/plan.ts';
import { isUnderWay } from '../core/run.ts';
import type { AnyTarget } from '../targets/index.ts';
import type { RejoinLook, RejoinOrder, RejoinResult } from '../targets/rejoin.ts';
import { agentOf, agentSteps, rejoinByAgent, whyNoAgent } from './rejoin/by-agent.ts';
import { rejoinPlan } from './rejoin/plan.ts';
import { rejoinOutcome } from './rejoin/report.ts';
import { lookAt, rejoinOf } from './rejoin/servers.ts';
import { whyNotSame, whom } from './rejoin/why-not.ts';
import { untilOver } from './until-over.ts';

const steps = {
  look: read(lookAt),
  ...agentSteps,
  carryOut: act(
    (target: AnyTarget, order: RejoinOrder): Promise<RejoinResult> => rejoinOf(target).carryOut(order),
    (target: AnyTarget, order: RejoinOrder): Promise<RejoinResult | 'unknown'> => rejoinOf(target).settle(order),
  ),
};

const Member = v.pipe(v.string(), v.minLength(1, 'is empty'), v.maxLength(128, 'is longer than 128 characters'));

/** Makes a server that was the primary a standby of the one that takes the writes now. */
export const rejoin = defineOperation({
  id: 'rejoin',
  title: 'Make a former primary a standby',
  why: 'A server that does not follow the one that takes the writes is stopped, its log of writes is kept, and it is rewound or copied anew, by the command that nightshift.yaml names for its host, or by the agent of Systems Manager there.',
  engines: ['postgres'],
  scope: 'target',
  risk: 'destroys',
  approval: { by: 'people', count: 1 },
  role: 'operator',
  args: v.strictObject({ member: v.optional(Member) }),
  fields: [
    {
      name: 'member',
      label: 'Server, where more than one does not follow',
      hint: 'shop-db-1',
      required: false,
    },
  ],
  examples: ['rejoin shop-db', 'rejoin shop-db shop-db-1'],
  steps,

  async run(context, { member: wanted }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const look = await context.steps.look(target, null);
    if ('refused' in look) return look;
    const choice = whom(look, wanted);
    if ('refused' in choice) return choice;
    const unreached = await whyNoAgent(context, target, look, choice.member);
    return unreached === undefined ? rejoinOne(context, target, look, choice.member) : { refused: unreached };
  },
});

async function rejoinOne(
  context: RunContext<typeof steps>,
  target: TargetName,
  look: RejoinLook,
  member: string,
): Promise<Outcome> {
  const about = { runId: context.runId, startedAt: context.startedAt, target };
  const order = { member, primary: look.primary, identity: look.identity };
  const decision = await context.approval(rejoinPlan(about, look, order));
  if ('refused' in decision) return decision;
  await context.progress('Look again whether the plan holds', 'in_progress');
  const again = await context.steps.look(target, null);
  const changed = 'refused' in again ? again.refused : whyNotSame(order, again);
  if (changed !== undefined) return { refused: `the plan does not hold any more: ${changed}. Nothing was done` };
  const step = `Make ${member} a standby of ${look.primary}`;
  await context.progress(step, 'in_progress');
  const result = agentOf(look, member)
    ? await rejoinByAgent(context, target, order, { step, grant: decision.granted })
    : await rejoinByProgram(context, target, order, { step, grant: decision.granted });
  await context.progress(step, isUnderWay(result) || result.ended !== 'rejoined' ? 'error' : 'complete');
  return rejoinOutcome(about, order, look, result);
}

async function rejoinByProgram(
  context: RunContext<typeof steps>,
  target: TargetName,
  order: RejoinOrder,
  { step, grant }: { step: string; grant: Grant },
): Promise<RejoinResult> {
  const first = await context.steps.carryOut(target, order, grant);
  const ask = () => context.steps.carryOut.became(target, order);
  return untilOver<RejoinResult>(context, first, { step, ask });
}
