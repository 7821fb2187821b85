import { roomDoor } from '../src/app/room-door.ts';

/** Read steps, invoked by `run`. */
export async function handler(event: unknown) {
  return (await roomDoor('read'))(event);
}
