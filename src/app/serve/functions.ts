import type { DatabaseRoom } from '../../core/room.ts';
import type { RoomRequest } from '../../core/run.ts';
import type { FunctionDefinition, Functions, Handler } from '../../runtime/functions.ts';
import { alarmHandler } from '../alarm-door.ts';
import { tagsOf } from '../alarm-tags.ts';
import type { Control } from '../control.ts';
import { logsDoor } from '../logs-door.ts';
import { nothingActs } from '../nothing-acts.ts';
import { roomTools } from '../room-door.ts';
import { runInRoom } from '../room.ts';
import { runToolsOf } from '../run-door.ts';
import { createRunHandler } from '../run.ts';
import { scheduleHandler } from '../schedule-door.ts';
import type { Runs } from '../start-run.ts';

export const RUN_FUNCTION = 'nightshift-run';
export const SCHEDULE_FUNCTION = 'nightshift-schedule';
export const ALARM_FUNCTION = 'nightshift-alarm';

/** A run whose plan waits for people ends by itself after a day; how it ended is kept for thirty. */
const RUN_LIMITS = { timeoutSeconds: 300, durable: { executionTimeoutSeconds: 86_400, retentionDays: 30 } };
const DOOR_TIMEOUT_SECONDS = 30;

/**
 * What is a Lambda function elsewhere, in this process: the limits are those of serverless.yml, only JSON passes between
 * them, each room has secrets of its own, and only the acting one sees the state.
 */
export function serverFunctions(control: Control, runs: Runs): Functions {
  const { approvals, audit } = control.state;
  const tools = runToolsOf(control, {
    roomFunction: (_target, room) => `nightshift-${room}`,
    keepCallback: (runId, callbackId) => keepCallback(control, runs, runId, callbackId),
  });
  const definitions: FunctionDefinition[] = [
    { name: RUN_FUNCTION, handler: createRunHandler(() => tools) as Handler, ...RUN_LIMITS },
    door(SCHEDULE_FUNCTION, control, scheduleHandler(control, runs)),
    door(ALARM_FUNCTION, control, alarmHandler(control, runs, tagLookup(control))),
    databaseRoom('read', 60),
    databaseRoom('act', 60, { approvals, audit }),
    databaseRoom('copy', 900),
    { name: 'nightshift-logs', handler: async (request) => (await logsDoor())(request), timeoutSeconds: 60 },
  ];
  return new Map(definitions.map((definition) => [definition.name, definition]));
}

/** One process is one set of rooms: what it cannot reach is not looked at elsewhere. */
function databaseRoom(room: DatabaseRoom, timeoutSeconds: number, acting = nothingActs()): FunctionDefinition {
  const tools = roomTools(room, acting);
  const handler: Handler = (request) => runInRoom(tools, room, request as RoomRequest);
  return { name: `nightshift-${room}`, handler, timeoutSeconds };
}

/** A fault is thrown on, so that it is tried again; it is also logged, because nobody else would see it. */
function door(name: string, { log }: Control, work: (event: unknown) => Promise<unknown>): FunctionDefinition {
  const handler: Handler = async (event) => {
    try {
      return await work(event);
    } catch (thrown) {
      log('error', `${name} failed`, { reason: thrown instanceof Error ? thrown.message : 'unknown' });
      throw thrown;
    }
  };
  return { name, handler, timeoutSeconds: DOOR_TIMEOUT_SECONDS };
}

/** Who decided before there was a callback to wake could wake nobody: then it is done here, or the run looks a minute later. */
async function keepCallback({ state }: Control, runs: Runs, runId: string, callbackId: string): Promise<void> {
  await state.callbacks.keep(runId, callbackId);
  const known = await state.approvals.plan(runId);
  if (known && known.status !== 'pending') await runs.wake(callbackId).catch(() => undefined);
}

/** Without a region there is no AWS to ask. */
function tagLookup(control: Control): (arn: string) => Promise<{ readonly [key: string]: string }> {
  return control.environment.region === undefined ? async () => ({}) : (arn) => tagsOf(control, arn);
}
