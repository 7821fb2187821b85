import type { StepJournal } from '../core/operation.ts';
import type { UnderWay } from './cloud-switchover.ts';
import type { DeathSign, FailoverLook, FailoverOrder, FailoverResult, OwnFailover } from './failover.ts';

/** A server that the cloud could promote. */
export type CloudCandidate = {
  member: string;
  /** Why it cannot be, in one sentence; null where it can. */
  unfit: string | null;
  /** How far the cloud says that it is behind; null where nobody measured it. */
  lagSeconds: number | null;
};

/**
 * What the cloud knows of a primary that may be dead, and what it would do. It changes nothing. What was received, and so what would be
 * lost, only the servers know.
 */
export type CloudFailoverLook = Pick<
  FailoverLook,
  'primary' | 'identity' | 'prechecks' | 'fence' | 'steps' | 'clients' | 'undo' | 'facts'
> & {
  /** What the cloud says of the primary. */
  sign: DeathSign;
  candidates: readonly CloudCandidate[];
  own: OwnFailover;
};

export type CloudFailoverResult = UnderWay | FailoverResult;

/** Capability: the cloud promotes another server, within minutes, by several orders. */
export type CloudFailover = {
  look(): Promise<CloudFailoverLook | { refused: string }>;
  /** Gives the first order, if everything is still as it was approved. A "no" of the cloud is a result; a fault means that nobody knows. */
  begin(order: FailoverOrder, journal: StepJournal): Promise<CloudFailoverResult>;
  /** What became of it, asked of the cloud; gives the next order that the journal calls for, forward or back. */
  follow(order: FailoverOrder, begunAt: string, journal: StepJournal): Promise<CloudFailoverResult>;
};
