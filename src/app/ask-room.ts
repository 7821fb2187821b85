import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { asFault } from '../core/errors.ts';
import type { Room } from '../core/room.ts';
import { isUnderWay, type RoomAnswer, type RoomRequest } from '../core/run.ts';
import { once, repeatable } from './retries.ts';
import { runInRoom, type RoomTools } from './room.ts';
import { keepLocks } from './run-locks.ts';
import type { RunTools } from './run-tools.ts';

/**
 * Sends one step to its room: to a function of its own, or, since `run` is the control room, carries it out here, as a checkpoint.
 * There it acts at most once: a run that dies in the middle hears afterwards that the answer is lost.
 */
export function askRoom(
  durable: DurableContext,
  tools: RunTools,
  name: string,
  room: Room,
  request: RoomRequest,
): Promise<RoomAnswer> {
  if (room !== 'control') {
    return inFunction(durable, tools, name, room, request);
  }
  const work = async () => {
    const answer = await runInRoom(controlRoom(tools, request), 'control', request);
    // What a cloud has begun may take longer than a lock lasts: nobody else acts on the target meanwhile.
    if ('result' in answer && isUnderWay(answer.result)) await renewLocks(tools, request);
    return answer;
  };
  return durable.step<RoomAnswer>(name, work, request.mode === 'run' ? once : repeatable);
}

/** What is under way when the room answers takes longer than a lock lasts, as with a cloud. */
async function inFunction(
  durable: DurableContext,
  tools: RunTools,
  name: string,
  room: Room,
  request: RoomRequest,
): Promise<RoomAnswer> {
  const answer = await durable.invoke<RoomRequest, RoomAnswer>(name, tools.roomFunction(request.target, room), request);
  if ('result' in answer && isUnderWay(answer.result))
    await durable.step(`${name} keeps its locks`, () => renewLocks(tools, request), repeatable);
  return answer;
}

async function renewLocks(tools: RunTools, { operation, target, runId }: RoomRequest): Promise<void> {
  await keepLocks(tools, tools.operation(operation), target, runId).catch((thrown: unknown) => {
    // It is asked again in ten seconds: what the cloud said is not given up for this.
    tools.log('warn', 'a lock could not be renewed', { runId, target, fault: asFault(thrown).message });
  });
}

/** Only acting steps come here: the cloud is opened in the name of the run that was approved. */
function controlRoom(tools: RunTools, { runId, mode }: RoomRequest): RoomTools<'control'> {
  const { approvals, audit, brakes, intents, mask } = tools;
  return {
    operation: (id) => tools.operation(id),
    open: (target) => tools.openCloud(target, { runId, mode }),
    mask,
    keptNames: (target) => tools.keptNames(target),
    approvals,
    audit,
    brakes,
    intents,
    environmentOf: (target) => tools.targetsOf(target)[0]?.environment ?? '',
    now: () => tools.now(),
  };
}
