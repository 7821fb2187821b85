import { randomUUID } from 'node:crypto';
import { Fault } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { Calls, RunOperation, Steps, TargetName } from '../core/operation.ts';
import type { Outcome } from '../core/outcome.ts';
import { progressText } from './copy-call.ts';
import { copyTools } from './copy-door.ts';
import type { CopyingTools } from './copying.ts';
import { findRunOperation } from './find-operation.ts';
import { knowledge } from './knowledge.ts';
import { statelessContext } from './memory-context.ts';
import { runInRoom, type RoomTools } from './room.ts';
import { resultOf } from './step-calls.ts';

type Words = Readonly<Record<string, string>>;

/** What is too big for 900 s of a function has a week. */
const SECONDS = 7 * 86_400;
const SAY_EVERY_MS = 15_000;

/**
 * Carries out an operation that copies in this process, with its logins, its programs and its time: for what does not fit into a
 * function. A signal ends it as `/db abort` does. What it makes stands in the stores; there is no run in the state table, no message in
 * Slack, and nothing that acts can be called.
 */
export async function runHere(
  id: string,
  subject: string,
  args: Words,
  onProgress: (step: string) => void,
): Promise<Outcome> {
  const operation = findRunOperation(id);
  if (!operation) throw new Fault('invalid_request', `there is no verb ${id} that runs`);
  const known = await knowledge();
  const spec = known.config.targets.find(({ name }) => name === subject);
  if (!spec) throw new Fault('invalid_request', `${id} needs the name of a target: ${subject} is none`);
  if (!operation.engines.includes(spec.engine))
    return { refused: `${id} is for ${operation.engines.join(' and ')}, and ${spec.name} is ${spec.engine}.` };
  const { name, engine, environment } = spec;
  const runId = `here-${randomUUID()}`;
  const signals = listenForSignals();
  try {
    const tools = copyTools(known, copiesHere(onProgress, signals.wasStopped), SECONDS);
    const steps = callsHere(operation, tools, runId);
    const user = known.environment.user ?? 'terminal';
    const context = statelessContext({ name, engine, environment }, { steps, nowMs: Date.now(), user });
    return await operation.run({ ...context, runId, progress: async (step) => onProgress(step) }, args);
  } finally {
    signals.end();
  }
}

/** Steps of other rooms are for the bot. */
function callsHere(operation: RunOperation, tools: RoomTools, runId: string): Calls<Steps> {
  const calls = Object.keys(operation.steps).map((step) => {
    const call = async ({ name: target }: TargetName, args: Json): Promise<Json> =>
      resultOf(await runInRoom(tools, 'copy', { runId, operation: operation.id, step, target, args, mode: 'run' }));
    return [step, call] as const;
  });
  return Object.fromEntries(calls) as Calls<Steps>;
}

/** How far it is goes to the terminal instead of the state table. */
function copiesHere(onProgress: (step: string) => void, wasStopped: () => boolean): CopyingTools['copies'] {
  const beganMs = Date.now();
  let saidMs = 0;
  return {
    say: async (_runId, _target, standing) => {
      if (standing.isOver || standing.doneBytes === 0 || Date.now() - saidMs < SAY_EVERY_MS) return;
      saidMs = Date.now();
      onProgress(progressText({ ...standing, at: new Date().toISOString() }, Date.now() - beganMs));
    },
    wasStopped: async () => wasStopped(),
  };
}

function listenForSignals(): { wasStopped(): boolean; end(): void } {
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
  };
  const names = ['SIGINT', 'SIGTERM'] as const;
  for (const name of names) process.once(name, stop);
  return {
    wasStopped: () => isStopped,
    end: () => {
      for (const name of names) process.off(name, stop);
    },
  };
}
