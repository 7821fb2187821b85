import { Fault } from '../core/errors.ts';
import type { RoomTools } from './room.ts';

/** What only a room that acts needs. */
export type ActingTools = Pick<RoomTools, 'approvals' | 'audit' | 'brakes' | 'intents'>;

/** For rooms that only look: whatever acts is refused before it begins. */
export function nothingActs(): ActingTools {
  const refuse = async (): Promise<never> => {
    throw new Fault('invalid_request', 'nothing acts in this room');
  };
  return {
    approvals: { plan: refuse, consume: refuse, begun: refuse },
    audit: { record: refuse },
    brakes: { inForce: refuse },
    intents: { begin: refuse, giveUp: refuse, end: refuse, journal: refuse, write: refuse },
  };
}
