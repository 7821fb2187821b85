import type { DeathSign, LastSeen, LossBound } from './failover.ts';

/** A server that could take the place of the primary, as it says itself. */
export type StandbySeen = {
  member: string;
  /** What must still be so when it is promoted: which database it is of, and how far it has received. */
  systemIdentifier: string;
  timeline: number;
  received: string | null;
  /** Bytes that another one has more; null where nobody can say. */
  lagBytes: number | null;
  /** Why it should not be promoted, in one sentence; null where nothing speaks against it. */
  unfit: string | null;
  loss: LossBound;
};

/** What the servers themselves say of a primary that may be dead. */
export type OutageLook = {
  /** Of this room first, then of each standby. */
  signs: readonly DeathSign[];
  standbys: readonly StandbySeen[];
  /** Members that say that they take writes. */
  writers: readonly string[];
};

/** Capability of the `read` room: who else than the cloud sees a primary dead. */
export type Outage = {
  look(primary: string, lastSeen?: LastSeen): Promise<OutageLook | { refused: string }>;
  /** Knocks at one server from this room. */
  knock(member: string): Promise<DeathSign>;
};
