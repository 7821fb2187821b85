import { environmentSecret } from '../config/environment.ts';
import { Fault } from '../core/errors.ts';
import type { DatabaseRoom } from '../core/room.ts';
import type { RoomAnswer, RoomRequest } from '../core/run.ts';
import { openTarget } from '../providers/index.ts';
import { createSecrets } from '../providers/secrets/index.ts';
import { createMask } from '../core/mask.ts';
import { openState } from '../state/index.ts';
import { findRunOperation, knowledge } from './knowledge.ts';
import { runInRoom, type RoomTools } from './room.ts';

/** The handler of one database room. */
export async function roomDoor(room: DatabaseRoom): Promise<(event: unknown) => Promise<RoomAnswer>> {
  const tools = roomTools();
  return (event) => runInRoom(tools, room, event as RoomRequest);
}
