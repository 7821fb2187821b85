import { handEnvironment } from '../../config/environment.ts';
import type { DatabaseRoom } from '../../core/room.ts';
import { createHands } from '../../runtime/hands.ts';
import type { FunctionDefinition, Functions, Handler } from '../../runtime/functions.ts';
import type { AuditArchive } from '../../state/audit-archive.ts';
import type { Hands } from '../../targets/rejoin.ts';
import { alarmHandler } from '../alarm-door.ts';
import type { Behind } from '../behind-the-door.ts';
import { tagsOf } from '../alarm-tags.ts';
import type { Control } from '../control.ts';
import { copyTools } from '../copy-door.ts';
import { logsTools } from '../logs-door.ts';
import { nothingActs } from '../nothing-acts.ts';
import { roomTools } from '../room-door.ts';
import { runInRoom } from '../room.ts';
import type { RoomRequest } from '../../core/run.ts';
import { runToolsOf } from '../run-door.ts';
import { createRunHandler } from '../run.ts';
import { scheduleHandler } from '../schedule-door.ts';

export const RUN_FUNCTION = 'nightshift-run';
export const SCHEDULE_FUNCTION = 'nightshift-schedule';
export const ALARM_FUNCTION = 'nightshift-alarm';

/** A run whose plan waits for people ends by itself after a day; how it ended is kept for thirty. */
const RUN_LIMITS = { timeoutSeconds: 300, durable: { executionTimeoutSeconds: 86_400, retentionDays: 30 } };
const ROOM_TIMEOUT_SECONDS = 60;
/** Below it, so that a hanging member is an answer. */
const ROOM_DEADLINE_MS = 45_000;
const COPY_TIMEOUT_SECONDS = 900;
const DOOR_TIMEOUT_SECONDS = 30;

const ROOMS = ['read', 'act', 'copy'] as const satisfies readonly DatabaseRoom[];

/**
 * What is a Lambda function elsewhere, in this process: the limits are those of serverless.yml, only JSON passes between
 * them, and each room has secrets of its own. `archive`: where days of the audit record are copied to.
 */
export function serverFunctions({ control, runs }: Behind, archive?: AuditArchive): Functions {
  const place = {
    roomFunction: (_target: string, room: string) => roomFunction(room),
    runFunction: RUN_FUNCTION,
    runs,
  };
  const hands = createHands({ environment: handEnvironment() });
  const definitions: FunctionDefinition[] = [
    { name: RUN_FUNCTION, handler: createRunHandler(() => runToolsOf(control, place)) as Handler, ...RUN_LIMITS },
    door(SCHEDULE_FUNCTION, control, scheduleHandler(control, runs, archive)),
    door(ALARM_FUNCTION, control, alarmHandler(control, runs, tagLookup(control))),
    ...ROOMS.map((room) => roomDefinition(control, room, hands)),
    logsDefinition(control),
  ];
  return new Map(definitions.map((definition) => [definition.name, definition]));
}

export function roomFunction(room: string): string {
  return `nightshift-${room}`;
}

/** One process is one set of rooms: what it cannot reach is not looked at elsewhere. */
function roomDefinition(control: Control, room: DatabaseRoom, hands: Hands): FunctionDefinition {
  if (room === 'copy') return copyDefinition(control);
  const acting = room === 'act' ? control.state : nothingActs();
  const tools = roomTools(control, room, acting, ROOM_DEADLINE_MS, hands);
  const handler: Handler = (request) => runInRoom(tools, room, request as RoomRequest);
  return { name: roomFunction(room), handler, timeoutSeconds: ROOM_TIMEOUT_SECONDS };
}

/** Nothing ends a process after 900 s, but a copy that takes longer holds up what waits for it: the limits are the same. */
function copyDefinition(control: Control): FunctionDefinition {
  const tools = copyTools(control, control.state.copies);
  const handler: Handler = (request) => runInRoom(tools, 'copy', request as RoomRequest);
  return { name: roomFunction('copy'), handler, timeoutSeconds: COPY_TIMEOUT_SECONDS };
}

function logsDefinition(control: Control): FunctionDefinition {
  const tools = logsTools(control);
  const handler: Handler = (request) => runInRoom(tools, 'logs', request as RoomRequest);
  return { name: roomFunction('logs'), handler, timeoutSeconds: ROOM_TIMEOUT_SECONDS };
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

/** Without a region there is no AWS to ask. */
function tagLookup(control: Control): (arn: string) => Promise<{ readonly [key: string]: string }> {
  return control.environment.region === undefined ? async () => ({}) : (arn) => tagsOf(control, arn);
}
