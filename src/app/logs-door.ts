import { Fault } from '../core/errors.ts';
import { createMask } from '../core/mask.ts';
import type { RoomAnswer, RoomRequest } from '../core/run.ts';
import { findRunOperation } from './find-operation.ts';
import { nothingActs } from './nothing-acts.ts';
import { runInRoom, type RoomTools } from './room.ts';

/**
 * The handler of the room for logs that the provider keeps. It has no login to any database, no Slack token and no state: it
 * fetches, masks and returns, so nothing that it is asked for can act.
 */
export async function logsDoor(): Promise<(event: unknown) => Promise<RoomAnswer>> {
  return (event) => runInRoom(tools, 'logs', event as RoomRequest);
}

const tools: RoomTools = {
  operation: findRunOperation,
  open: async (target) => {
    throw new Fault('unsupported', `no provider keeps logs of ${target} that can be fetched yet`);
  },
  mask: createMask([]),
  ...nothingActs(),
  now: Date.now,
};
