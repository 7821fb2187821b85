import { environmentSecret } from '../config/environment.ts';
import { Fault } from '../core/errors.ts';
import { createMask, type Mask } from '../core/mask.ts';
import type { DatabaseRoom } from '../core/room.ts';
import type { RoomAnswer, RoomRequest } from '../core/run.ts';
import { createSecrets, openTarget } from '../providers/index.ts';
import type { Hands } from '../targets/rejoin.ts';
import { findRunOperation } from './find-operation.ts';
import { keptNames } from './hiding.ts';
import { knowledge, type Knowledge } from './knowledge.ts';
import { nothingActs, type ActingTools } from './nothing-acts.ts';
import { runInRoom, type RoomTools } from './room.ts';

/** Below the room functions' own timeout of 60 s, so that a hanging member is an answer and not a dead function. */
const DEADLINE_MS = 45_000;

const opened = new Map<DatabaseRoom, RoomTools>();

/**
 * The handler of one database room. A config that cannot be read is an answer too. Without `acting` the room has no state to
 * verify a grant with, so that nothing can act in it.
 */
export async function roomDoor(
  room: DatabaseRoom,
  acting: () => ActingTools = nothingActs,
): Promise<(event: unknown) => Promise<RoomAnswer>> {
  try {
    const tools = opened.get(room) ?? roomTools(await knowledge(), room, acting());
    opened.set(room, tools);
    return (event) => runInRoom(tools, room, event as RoomRequest);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const { code, message } = thrown;
    return async () => ({ fault: { code, message } });
  }
}

/** What one room works with: secrets of its own, and of the state only what verifies a grant and keeps the record. */
export function roomTools(
  { config }: Pick<Knowledge, 'config'>,
  room: DatabaseRoom,
  { approvals, audit, brakes, intents }: ActingTools,
  deadlineMs = DEADLINE_MS,
  hands?: Hands,
): RoomTools {
  const secrets = createSecrets(environmentSecret);
  return {
    operation: findRunOperation,
    open: (name) => {
      const spec = config.targets.find((target) => target.name === name);
      if (!spec) throw new Fault('invalid_request', `nightshift.yaml has no target ${name}`);
      return openTarget(spec, room, { secret: (reference) => secrets.resolve(reference), deadlineMs, hands });
    },
    // Made anew for each value: a secret is known only once it was resolved.
    mask: ((value: string) => createMask(secrets.known())(value)) as Mask,
    keptNames: (name) => keptNames(config.targets.find((target) => target.name === name)),
    approvals,
    audit,
    brakes,
    intents,
    environmentOf: (name) => config.targets.find((target) => target.name === name)?.environment ?? '',
    now: Date.now,
  };
}
