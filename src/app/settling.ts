import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { Fault } from '../core/errors.ts';
import type { Intent, OpenIntent } from '../core/intent.ts';
import type { Json } from '../core/json.ts';
import type { RunContext, Steps, TargetName } from '../core/operation.ts';
import { isClear, type RoomRequest } from '../core/run.ts';
import { askRoom } from './ask-room.ts';
import { repeatable } from './retries.ts';
import { releaseLocks } from './run-locks.ts';
import type { RunTools } from './run-tools.ts';

type Settling = Pick<RunContext<Steps>, 'openIntent' | 'settle'>;

/** What a run can ask about the steps of other runs. */
export function settling(durable: DurableContext, tools: RunTools): Settling {
  return {
    openIntent: (target, runId, step) =>
      durable.step<OpenIntent | null>(
        `open intent of ${runId}`,
        () => openIntent(tools, target, runId, step),
        repeatable,
      ),
    settle: (target, intent) => settle(durable, tools, target, intent),
  };
}

async function openIntent(
  { intents, operation }: RunTools,
  { name }: TargetName,
  runId: string,
  step: string,
): Promise<OpenIntent | null> {
  const open = await intents.open();
  const found = open.find((one) => one.runId === runId && `${one.operation}.${one.step}` === step);
  if (found?.target !== name) return null;
  return { ...found, movesWrites: operation(found.operation)?.movesWrites === true };
}

/** What the dead run cannot give back any more. */
export async function letGo(
  tools: Pick<RunTools, 'acts' | 'now' | 'locks' | 'sharedHosts' | 'operation'>,
  { target, operation, runId }: Pick<Intent, 'target' | 'operation' | 'runId'>,
): Promise<null> {
  await tools.acts.ended(target, runId, new Date(tools.now()).toISOString());
  await releaseLocks(tools, tools.operation(operation), target, runId);
  return null;
}

/** In the name of the run that was cut off: the room compares it with that run's plan. */
async function settle(durable: DurableContext, tools: RunTools, { name }: TargetName, intent: Intent): Promise<Json> {
  const { runId, operation, step, args } = intent;
  const request: RoomRequest = { runId, operation, step, target: name, args, mode: 'reconcile' };
  const room = tools.operation(operation)?.steps[step]?.room ?? 'act';
  const answer = await askRoom(durable, tools, `settle ${operation}.${step} ${name}`, room, request);
  if ('result' in answer) {
    if (isClear(answer.result)) {
      await durable.step(`let go of ${runId}`, () => letGo(tools, intent), repeatable);
    }
    return answer.result;
  }
  throw new Fault(answer.fault.code, answer.fault.message);
}
