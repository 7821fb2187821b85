import { environmentSecret } from '../config/environment.ts';
import { Fault } from '../core/errors.ts';
import { createMask, type Mask } from '../core/mask.ts';
import type { DatabaseRoom } from '../core/room.ts';
import type { RoomAnswer, RoomRequest } from '../core/run.ts';
import { createSecrets, openTarget } from '../providers/index.ts';
import { openState, type State } from '../state/index.ts';
import { findRunOperation, knowledge, type Knowledge } from './knowledge.ts';
import { runInRoom, type RoomTools } from './room.ts';

/** Below the room functions' own timeout of 60 s, so that a hanging member is an answer and not a dead function. */
const DEADLINE_MS = 45_000;

let tools: RoomTools | undefined;

/** The handler of one database room. A config that cannot be read is an answer too. */
export async function roomDoor(room: DatabaseRoom): Promise<(event: unknown) => Promise<RoomAnswer>> {
  try {
    tools ??= openTools();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const { code, message } = thrown;
    return async () => ({ fault: { code, message } });
  }
  const opened = tools;
  return (event) => runInRoom(opened, room, event as RoomRequest);
}

function openTools(): RoomTools {
  const known = knowledge();
  const { table, region } = known.environment;
  return roomTools(known, openState({ tableName: table, ...(region === undefined ? {} : { region }) }));
}

/** What one room works with: secrets of its own, and of the state only what verifies a grant and keeps the record. */
export function roomTools({ config }: Knowledge, { approvals, audit }: Pick<State, 'approvals' | 'audit'>): RoomTools {
  const secrets = createSecrets(environmentSecret);
  return {
    operation: findRunOperation,
    open: (name, room) => {
      const spec = config.targets.find((target) => target.name === name);
      if (!spec) throw new Fault('invalid_request', `nightshift.yaml has no target ${name}`);
      return openTarget(spec, room, { secret: (reference) => secrets.resolve(reference), deadlineMs: DEADLINE_MS });
    },
    // Made anew for each value: a secret is known only once it was resolved.
    mask: ((value: string) => createMask(secrets.known())(value)) as Mask,
    approvals,
    audit,
    now: Date.now,
  };
}
