import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { Fault } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { isAct, type ActCall, type Calls, type RunOperation, type Steps, type TargetName } from '../core/operation.ts';
import type { Grant } from '../core/plan.ts';
import type { Room } from '../core/room.ts';
import { definiteFaults, type RoomAnswer, type RoomRequest, type RunRequest } from '../core/run.ts';
import { askRoom } from './ask-room.ts';
import { callCopy } from './copy-call.ts';
import { callControl } from './control-step.ts';
import type { RunTools } from './run-tools.ts';
import type { Watched } from './watched.ts';

/** The steps of an operation as its run calls them: each in its room, as a checkpoint. */
export function callsOf(
  durable: DurableContext,
  tools: RunTools,
  operation: RunOperation,
  { runId }: RunRequest,
  show: Watched['show'],
): Calls<Steps> {
  const calls = Object.entries(operation.steps).map(([key, step]) => {
    const name = `${operation.id}.${key}`;
    if (step.room === 'control' && !isAct(step))
      return [key, callControl(durable, tools, { name, runId }, step)] as const;
    if (step.room === 'copy') {
      const about = { runId, operation: operation.id, step: key };
      return [key, callCopy(durable, tools, about, show)] as const;
    }
    const ask: Ask = (target, more) => {
      const words = `${name} ${target.name}${more.mode === 'reconcile' ? ' reconcile' : ''}`;
      const request = { runId, operation: operation.id, step: key, target: target.name, ...more };
      return askRoom(durable, tools, words, step.room, request);
    };
    if (!isAct(step)) return [key, readCall(ask)] as const;
    const report = (message: string, fault: Json) => tools.log('warn', message, { runId, fault });
    const about = { key, room: step.room, movesWrites: operation.movesWrites === true };
    return [key, actCall(about, ask, report)] as const;
  });
  return Object.fromEntries(calls) as Calls<Steps>;
}

type Ask = (target: TargetName, more: Pick<RoomRequest, 'args' | 'mode' | 'grant'>) => Promise<RoomAnswer>;
type Acting = { key: string; room: Room; movesWrites: boolean };

function readCall(ask: Ask): (target: TargetName, args: Json) => Promise<Json> {
  return async (target, args) => resultOf(await ask(target, { args, mode: 'run' }));
}

function actCall(
  { key, room, movesWrites }: Acting,
  ask: Ask,
  report: (message: string, fault: Json) => void,
): ActCall<Json, Json> {
  const became = async (target: TargetName, args: Json) => resultOf(await ask(target, { args, mode: 'reconcile' }));
  const call = async (target: TargetName, args: Json, grant: Grant): Promise<Json> => {
    const answer = await ask(target, { args, mode: 'run', grant }).catch(lostAnswer);
    if ('result' in answer) return answer.result;
    // What moves writes may have held them before it failed: then the servers are asked, whatever the fault says.
    // And a connection that broke in the middle leaves open whether the server heard.
    const isOpen = answer.fault.begun === true && (movesWrites || answer.fault.code === 'target_unreachable');
    if (definiteFaults.has(answer.fault.code) && !isOpen) throw new Fault(answer.fault.code, answer.fault.message);
    const asked = room === 'control' ? 'cloud' : 'database';
    report(`${key} gave no good answer, the ${asked} is asked what became of it`, answer.fault);
    const truth = await became(target, args);
    if (truth !== 'unknown') return truth;
    throw new Fault(
      'timed_out',
      `nobody can say what became of ${key}: ${answer.fault.message}. A person has to look.`,
    );
  };
  return Object.assign(call, { became });
}

function lostAnswer(thrown: unknown): RoomAnswer {
  return { fault: { code: 'timed_out', message: thrown instanceof Error ? thrown.message : String(thrown) } };
}

export function resultOf(answer: RoomAnswer): Json {
  if ('result' in answer) return answer.result;
  throw new Fault(answer.fault.code, answer.fault.message);
}
