import { roomDoor } from '../src/app/room-door.ts';

/** Acting steps, invoked by `run`; each verifies its grant. */
export async function handler(event: unknown) {
  return (await roomDoor('act'))(event);
}
