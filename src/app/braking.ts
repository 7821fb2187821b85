import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { whyNotAct, type CoolDown, type Freeze } from '../core/brakes.ts';
import type { RunContext, RunOperation, Steps, TargetName } from '../core/operation.ts';
import { shortRun, type RunRequest } from '../core/run.ts';
import { whoTriggered } from '../core/trigger.ts';
import { repeatable } from './retries.ts';
import type { RunTools } from './run-tools.ts';

type Braking = Pick<RunContext<Steps>, 'freeze' | 'unfreeze' | 'coolDown' | 'acknowledge'>;

/** What a run can do to keep the bot from acting, and to let it act again. */
export function braking(durable: DurableContext, tools: RunTools, request: RunRequest): Braking {
  const { subject } = request;
  return {
    freeze: (reason) =>
      durable.step(
        `freeze ${subject}`,
        async () => ({ ...(await freeze(tools, request, reason)), underWay: await underWay(tools, subject) }),
        repeatable,
      ),
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
      durable.step<CoolDown | null>(`acknowledge ${target.name}`, () => acknowledge(tools, target.name), repeatable),
  };
}

/** What had begun before the freeze. */
function underWay(tools: RunTools, subject: string): Promise<string[]> {
  return openOn(
    tools,
    tools.targetsOf(subject).map(({ name }) => name),
  );
}

async function freeze(tools: RunTools, { subject, trigger }: RunRequest, reason: string): Promise<Freeze> {
  const at = new Date(tools.now()).toISOString();
  const kept = { subject, by: tools.named(whoTriggered(trigger)), reason: tools.mask(reason), at };
  await tools.brakes.freeze(kept);
  return kept;
}

/** Who has looked has looked at the steps too whose end nobody knew: they are not asked after any more. */
async function acknowledge(tools: RunTools, target: string): Promise<CoolDown | null> {
  const open = (await tools.intents.open()).filter((intent) => intent.target === target);
  await Promise.all(open.map((intent) => tools.intents.end(intent)));
  return (await tools.brakes.acknowledge(target)) ?? null;
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

/** Steps that have begun on targets and have not answered: `switchover.carryOut of switchover-0a1b2c3d`. */
async function openOn({ intents }: Pick<RunTools, 'intents'>, targets: readonly string[]): Promise<string[]> {
  const open = (await intents.open()).filter(({ target }) => targets.includes(target));
  return open.map(({ operation, step, runId }) => `${operation}.${step} of ${shortRun(runId)}`);
}

/** Why an operation may not act on a target now, in one sentence; null when it may. */
export async function heldBack(
  tools: Pick<RunTools, 'brakes' | 'intents' | 'targetsOf'>,
  operation: RunOperation,
  target: string,
): Promise<string | null> {
  const [known] = tools.targetsOf(target);
  if (!known) return null;
  const open = operation.movesWrites ? await openOn(tools, [target]) : [];
  if (open.length > 0)
    return `${open.join(', ')} has not ended yet, or nobody knows how; nothing else may move the writes of ${target}`;
  return whyNotAct(await tools.brakes.inForce(), known, operation) ?? null;
}
