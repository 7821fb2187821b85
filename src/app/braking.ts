import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { whyNotAct, type CoolDown, type Freeze } from '../core/brakes.ts';
import type { RunContext, RunOperation, Steps, TargetName } from '../core/operation.ts';
import type { RunRequest } from '../core/run.ts';
import { whoTriggered } from '../core/trigger.ts';
import { repeatable } from './retries.ts';
import type { RunTools } from './run-tools.ts';

type Braking = Pick<RunContext<Steps>, 'freeze' | 'unfreeze' | 'coolDown' | 'acknowledge'>;

/** What a run can do to keep the bot from acting, and to let it act again. */
export function braking(durable: DurableContext, tools: RunTools, request: RunRequest): Braking {
  const { subject } = request;
  return {
    freeze: (reason) => durable.step(`freeze ${subject}`, () => freeze(tools, request, reason), repeatable),
    unfreeze: () =>
      durable.step<Freeze | null>(
        `unfreeze ${subject}`,
        async () => (await tools.brakes.unfreeze(subject)) ?? null,
        repeatable,
      ),
    coolDown: async (target, seconds, why) => {
      await durable.step(`cool down ${target.name}`, () => coolDown(tools, request, target, seconds, why), repeatable);
    },
    acknowledge: (target) =>
      durable.step<CoolDown | null>(
        `acknowledge ${target.name}`,
        async () => (await tools.brakes.acknowledge(target.name)) ?? null,
        repeatable,
      ),
  };
}

async function freeze(tools: RunTools, { subject, trigger }: RunRequest, reason: string): Promise<Freeze> {
  const at = new Date(tools.now()).toISOString();
  const kept = { subject, by: tools.named(whoTriggered(trigger)), reason, at };
  await tools.brakes.freeze(kept);
  return kept;
}

async function coolDown(
  tools: RunTools,
  { runId }: RunRequest,
  { name }: TargetName,
  seconds: number,
  why: string,
): Promise<null> {
  const at = new Date(tools.now()).toISOString();
  const until = new Date(tools.now() + seconds * 1000).toISOString();
  await tools.brakes.coolDown({ target: name, runId, why, at, until });
  return null;
}

/** Why an operation may not act on a target now, in one sentence; null when it may. */
export async function heldBack(
  tools: Pick<RunTools, 'brakes' | 'targetsOf'>,
  operation: RunOperation,
  target: string,
): Promise<string | null> {
  const [known] = tools.targetsOf(target);
  if (!known) return null;
  return whyNotAct(await tools.brakes.inForce(), known, operation) ?? null;
}
