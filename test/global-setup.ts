import type { TestProject } from 'vitest/node';
import { emptyServerRoom, openServerRoom } from './servers/room.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The directory of this test run's servers. */
    serverRoom: string;
  }
}

/** Opens a room for the servers of this run; at the end whatever still runs in it is ended. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const room = await openServerRoom();
  project.provide('serverRoom', room);
  return () => emptyServerRoom(room);
}
