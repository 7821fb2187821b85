import type { DatabaseRoom } from '../../../core/room.ts';
import type { PostgresTarget } from '../../../targets/postgres.ts';
import type { Place } from '../switchover/sessions.ts';

/** The servers, as this room reaches them. */
export type Site = Place & {
  room: DatabaseRoom;
  target: Pick<PostgresTarget, 'name' | 'members' | 'unreached' | 'fence'>;
};

/** The parts of the work, in order. After `Promote` has begun nothing is taken back. */
export const phaseNames = ['Look again', 'Replay', 'Fence', 'Promote', 'Prove'] as const;
export type PhaseName = (typeof phaseNames)[number];

/** By this name whoever settles finds the session of a failover that died, and ends it before anything is decided. */
export const APPLICATION = 'nightshift failover';
