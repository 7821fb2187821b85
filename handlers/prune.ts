import { pruneDoor } from '../src/app/prune-door.ts';

/** Steps that delete expired backups, invoked by `run`. */
export async function handler(event: unknown) {
  return (await pruneDoor())(event);
}
