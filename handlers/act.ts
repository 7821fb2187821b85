import { actDoor } from '../src/app/act-door.ts';

/** Acting steps, invoked by `run`; each verifies its grant. */
export async function handler(event: unknown) {
  return (await actDoor())(event);
}
