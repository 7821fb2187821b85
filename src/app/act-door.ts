import { readEnvironment } from '../config/environment.ts';
import type { RoomAnswer } from '../core/run.ts';
import { openState } from '../state/index.ts';
import { roomDoor } from './room-door.ts';

/** The handler of the acting room: the one database room that sees the state table, to verify grants and to keep the record. */
export async function actDoor(): Promise<(event: unknown) => Promise<RoomAnswer>> {
  return roomDoor('act', () => {
    const { table, region } = readEnvironment();
    return openState({ tableName: table, ...(region === undefined ? {} : { region }) });
  });
}
