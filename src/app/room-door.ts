import { environmentSecret } from '../config/environment.ts';
import { Fault } from '../core/errors.ts';
import { createMask, type Mask } from '../core/mask.ts';
import type { DatabaseRoom } from '../core/room.ts';
import type { RoomAnswer, RoomRequest } from '../core/run.ts';
import { createSecrets, openTarget } from '../providers/index.ts';
import { openState } from '../state/index.ts';
import type { AnyTarget } from '../targets/index.ts';
import { findRunOperation, knowledge } from './knowledge.ts';
import { runInRoom, type RoomTools } from './room.ts';

/** Below the room functions' own timeout of 60 s, so that a hanging member is an answer and not a dead function. */
const DEADLINE_MS = 45_000;

const secrets = createSecrets(environmentSecret);
let tools: Omit<RoomTools, 'open'> | undefined;

/** Made anew for each value: a secret is known only once it was resolved. */
const mask = ((value: string) => createMask(secrets.known())(value)) as Mask;

/** The handler of one database room. A config that cannot be read is an answer too. */
export async function roomDoor(room: DatabaseRoom): Promise<(event: unknown) => Promise<RoomAnswer>> {
  try {
    tools ??= roomTools();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const { code, message } = thrown;
    return async () => ({ fault: { code, message } });
  }
  const opened: RoomTools = { ...tools, open: (name) => open(name, room) };
  return (event) => runInRoom(opened, room, event as RoomRequest);
}

function roomTools(): Omit<RoomTools, 'open'> {
  const { environment } = knowledge();
  const { region } = environment;
  const state = openState({ tableName: environment.table, ...(region === undefined ? {} : { region }) });
  return {
    operation: findRunOperation,
    mask,
    approvals: state.approvals,
    audit: state.audit,
    now: Date.now,
  };
}

function open(name: string, room: DatabaseRoom): Promise<AnyTarget> {
  const spec = knowledge().config.targets.find((target) => target.name === name);
  if (!spec) throw new Fault('invalid_request', `nightshift.yaml has no target ${name}`);
  return openTarget(spec, room, { secret: (reference) => secrets.resolve(reference), deadlineMs: DEADLINE_MS });
}
