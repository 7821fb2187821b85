import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { whyNotAct, type Acknowledged, type Freeze } from '../core/brakes.ts';
import { isLost, type Intent } from '../core/intent.ts';
import type { RunContext, RunOperation, Steps, TargetName } from '../core/operation.ts';
import { shortRun, type RunRequest } from '../core/run.ts';
import { whoTriggered } from '../core/trigger.ts';
import { repeatable } from './retries.ts';
import type { RunTools } from './run-tools.ts';
import { letGo } from './settling.ts';

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
      durable.step<Acknowledged>(`acknowledge ${target.name}`, () => acknowledge(tools, target.name), repeatable),
  };
}

/** What had begun before the freeze. */
async function underWay(tools: RunTools, subject: string): Promise<string[]> {
  const names = tools.targetsOf(subject).map(({ name }) => name);
  return (await openOn(tools, names)).map(stepInWords);
}

async function freeze(tools: RunTools, { subject, trigger }: RunRequest, reason: string): Promise<Freeze> {
  const at = new Date(tools.now()).toISOString();
  const kept = { subject, by: tools.named(whoTriggered(trigger)), reason: tools.mask(reason), at };
  await tools.brakes.freeze(kept);
  return kept;
}

/** Who has looked has looked at the steps too whose end nobody knew: they are not asked after any more. */
async function acknowledge(tools: RunTools, target: string): Promise<Acknowledged> {
  const open = await openOn(tools, [target]);
  // One that is younger may be at work; and where its run died, what it holds is let go of by whoever asks what became of it.
  const { lost = [], young = [] } = Object.groupBy(open, (intent) => (isLost(intent, tools.now()) ? 'lost' : 'young'));
  await Promise.all(lost.map((intent) => giveUp(tools, intent)));
  const held = (await tools.brakes.acknowledge(target)) ?? null;
  return { coolDown: held, ended: lost.map(stepInWords), underWay: young.map(stepInWords) };
}

/** Its run is dead, or does not know how it ended: nobody else gives back what it holds. */
async function giveUp(tools: RunTools, intent: Intent): Promise<void> {
  await letGo(tools, intent);
  await tools.intents.end(intent);
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

/** Steps that have begun on targets and have not answered. */
async function openOn({ intents }: Pick<RunTools, 'intents'>, targets: readonly string[]): Promise<Intent[]> {
  return (await intents.open()).filter(({ target }) => targets.includes(target));
}

function stepInWords({ operation, step, runId }: Intent): string {
  return `${operation}.${step} of ${shortRun(runId)}`;
}

/** Why an operation may not act on a target now, in one sentence; null when it may. */
export async function heldBack(
  tools: Pick<RunTools, 'brakes' | 'intents' | 'operation' | 'targetsOf'>,
  operation: RunOperation,
  target: string,
): Promise<string | null> {
  const [known] = tools.targetsOf(target);
  if (!known) return null;
  const open = operation.movesWrites ? (await openOn(tools, [target])).filter((one) => mayMoveWrites(tools, one)) : [];
  if (open.length > 0)
    return `${open.map(stepInWords).join(', ')} has not ended yet, or nobody knows how; nothing else may move the writes of ${target} until that is known, or until somebody who has looked says /db ack ${target}.`;
  return whyNotAct(await tools.brakes.inForce(), known, operation) ?? null;
}

/** Of a step that this release does not know nobody can say that it does not. */
function mayMoveWrites(tools: Pick<RunTools, 'operation'>, { operation }: Intent): boolean {
  const known = tools.operation(operation);
  return known === undefined || known.movesWrites === true;
}
