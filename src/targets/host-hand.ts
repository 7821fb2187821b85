import type { StepJournal } from '../core/operation.ts';
import type { UnderWay } from './cloud-switchover.ts';
import type { RejoinOrder } from './rejoin.ts';

/** What a hand is told: whom to make a standby of whom, and the slot that was made for it, where one was. */
export type HostOrder = RejoinOrder & { slot?: string };

/** How what was ordered on a host ended. `obeyed`: all its phases ended well there; whether the server follows is for the servers to say. */
export type HostEnd = {
  ended: 'obeyed' | 'not-done' | 'needs-a-human';
  why: string | null;
  evidence: readonly string[];
  /** What is left for a person, one sentence each. */
  left: readonly string[];
};

export type HostResult = UnderWay | HostEnd;

/** Capability: the cloud has an agent on hosts of one's own, which runs one fixed program there. */
export type HostHand = {
  /** Whether the host of a member is reached at this moment; `unfit`: why not, in one sentence. It changes nothing. */
  look(member: string): Promise<{ unfit: string | null }>;
  /** Has the agent begin, once. A "no" of the cloud is a result; a fault means that nobody knows whether it heard. */
  send(order: HostOrder, journal: StepJournal): Promise<HostResult>;
  /** What became of it. It orders nothing. `begunAt` is the ISO time before which nothing was sent. */
  follow(order: HostOrder, begunAt: string, journal: StepJournal): Promise<HostResult>;
};
