import { copyDoor } from '../src/app/copy-door.ts';

/** Copying steps, invoked by `run`: backups and write-ahead log, streamed to the object store. */
export async function handler(event: unknown) {
  return (await copyDoor())(event);
}
