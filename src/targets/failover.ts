import type { Fact } from '../core/report.ts';
import type { CanaryRecord } from './canary.ts';
import type { Phase, Precheck, SwitchoverCandidate, SwitchoverIdentity } from './switchover.ts';

/** What one vantage point sees of a primary that may be dead. */
export type DeathSign = {
  /** Who looked: `nightshift`, or a member that should hear from the primary. */
  from: string;
  /** One `alive` is enough to leave everything as it is; `unknown` counts for nothing. */
  says: 'dead' | 'alive' | 'unknown';
  /** What was seen, with number and limit. */
  sentence: string;
};

/** What promoting the best candidate would lose at most; null where nobody can say. Acknowledged writes, not exact. */
export type LossBound = {
  bytes: number | null;
  seconds: number | null;
  /** The bound in words, with how it is known: last replicated commit, last sample, what is open. */
  sentence: string;
};

/** Whether the old primary can be kept from taking writes when it comes back. */
export type FenceOutlook = {
  /** True where something answers, positively, that it is closed to clients. */
  certain: boolean;
  sentence: string;
};

/** What a cloud does by itself about a primary that it hosts. */
export type OwnFailover = {
  /** It has to be dead for so long before anybody else acts, because the cloud acts before. 0 where it does not. */
  leastSeconds: number;
  /** The cloud notices later than servers do: so much longer is watched before nobody can be sure. */
  patienceSeconds: number;
  /** What it is doing, in one sentence; null where nothing shows. */
  doing: string | null;
  /** Present where nobody but the cloud can replace it: what a person can do after it has not, as sentences. */
  onlyItself?: string;
};

/** Whether the primary is dead, who could take its place, and what that costs. It changes nothing. */
export type FailoverLook = {
  /** The one that took writes last. */
  primary: string;
  identity: SwitchoverIdentity;
  signs: readonly DeathSign[];
  /** The most advanced first. */
  candidates: readonly SwitchoverCandidate[];
  prechecks: readonly Precheck[];
  loss: LossBound;
  fence: FenceOutlook;
  /** What will be done, in order, one sentence each, with `{from}` and `{to}` for the members. */
  steps: readonly string[];
  clients: readonly string[];
  undo: string;
  facts: readonly Fact[];
  /** Who has to say that it is dead, each of them: they see it from different places. Absent: any two. */
  witnesses?: readonly string[];
  /** Present where a cloud hosts it. */
  own?: OwnFailover;
};

/** What was approved. */
export type FailoverOrder = {
  from: string;
  to: string;
  identity: SwitchoverIdentity;
  /** What may be lost at most; more than that found at the moment of action, and nothing is done. Null: it was accepted that nobody knows. */
  acceptedLoss: { bytes: number | null; seconds: number | null };
  /** True where people accepted that the old primary may come back and take writes beside the new one. */
  acceptsTwoWriters: boolean;
};

/** What was lost, as far as it can be known by now. */
export type LossReport = {
  exact: boolean;
  /** One sentence each: bound or count, time range, tables. */
  sentences: readonly string[];
};

export type FailoverResult = {
  /** `not-done`: nothing was changed, or all of it was taken back. `needs-a-human`: nobody should guess. */
  ended: 'failed-over' | 'not-done' | 'needs-a-human';
  /** Why it was not done, or what nobody knows. */
  why: string | null;
  /** `fenced` only after a positive answer that the old primary is closed to clients. */
  oldPrimary: 'fenced' | 'unknown';
  loss: LossReport;
  phases: readonly Phase[];
  /** Proofs that were read afterwards, one sentence each. */
  evidence: readonly string[];
  /** What is left for a person, one sentence each. */
  left: readonly string[];
  /** What a client of its own saw meanwhile; absent where the config asks for none. */
  canary?: CanaryRecord;
};

/**
 * How far a server that took writes was when it was last asked (ISO time): an LSN or an offset. What it wrote since then nobody knows, so
 * that it tells the least that is lost and never the most.
 */
export type LastSeen = { member: string; at: string; position: string };

/** Capability: another server can take the place of a primary that is dead. What it did not have is lost. */
export type Failover = {
  /** `to`: the server that is wanted, where it is not the most advanced one. `lastSeen`: where somebody samples who takes writes. */
  look(to?: string, lastSeen?: LastSeen): Promise<FailoverLook | { refused: string }>;
  /** Done once. It looks by itself whether the primary is dead still, closes the old one where something can, then promotes. */
  carryOut(order: FailoverOrder): Promise<FailoverResult>;
  /** What became of `carryOut`, asked of the servers; finished where the new primary takes writes already. Repeatable. */
  settle(order: FailoverOrder): Promise<FailoverResult | 'unknown'>;
};
