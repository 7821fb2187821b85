import type { Fact } from '../core/report.ts';
import type { CanaryRecord } from './canary.ts';

/** What must still be so at the moment of action: run ids, a system identifier, a timeline. Never a measurement. */
export type SwitchoverIdentity = { readonly [name: string]: string | number };

/** A server that could take the writes. */
export type SwitchoverCandidate = {
  member: string;
  /** Why it cannot, in one sentence; null where it can. */
  unfit: string | null;
  /** Bytes of log that it has not got yet; null where nobody can say. */
  lagBytes: number | null;
};

/** One thing that has to be so before writes are moved; asked for the plan, and again right before it is carried out. */
export type Precheck = {
  name: string;
  /** `warns` goes into the plan and does not stop it. */
  says: 'ok' | 'warns' | 'stops';
  /** What was seen, with number and limit. */
  sentence: string;
};

/** Who takes writes, who could, and what a switchover would do. It changes nothing. */
export type SwitchoverLook = {
  primary: string;
  identity: SwitchoverIdentity;
  /** The best first. */
  candidates: readonly SwitchoverCandidate[];
  prechecks: readonly Precheck[];
  /** What will be done, in order, one sentence each, with `{from}` and `{to}` for the members. */
  steps: readonly string[];
  /** What clients will see, one sentence each. */
  clients: readonly string[];
  /** What can be undone, and until when. */
  undo: string;
  /** What could be lost, where somebody else moves the writes; absent: no acknowledged one, or everything stays as it was. */
  loss?: string;
  /** Writes must not be held for longer here, whatever the verb would wait; absent is no such limit. */
  holdSecondsMost?: number;
  /** Shown beside the plan: size, write rate, age of the last write. */
  facts: readonly Fact[];
};

/** What was approved. `deadlineSeconds`: writes that stand still for longer are let through again, where they were. */
export type SwitchoverOrder = {
  from: string;
  to: string;
  identity: SwitchoverIdentity;
  deadlineSeconds: number;
};

/** One part of the work, and how long it took. */
export type Phase = { name: string; milliseconds: number };

export type SwitchoverResult = {
  /** `rolled-back`: the old primary takes writes as before, and nothing is lost. `needs-a-human`: nobody should guess. */
  ended: 'switched' | 'rolled-back' | 'needs-a-human';
  /** Why it was not switched; where it was, why nobody can say whether writes were lost. */
  why: string | null;
  /** Whether acknowledged writes are known to be all there. */
  lost: 'none' | 'unknown';
  phases: readonly Phase[];
  /** From the moment at which writes were held to the one at which the new primary took one; null where it was not seen. */
  writeGapMilliseconds: number | null;
  /** Proofs that were read afterwards, one sentence each. */
  evidence: readonly string[];
  /** What is left for a person, one sentence each. */
  left: readonly string[];
  /** What the old primary does instead of following the new one, as the rest of a sentence; absent where it follows. */
  former?: string;
  /** What a client of its own saw meanwhile; absent where the config asks for none. */
  canary?: CanaryRecord;
};

/** Capability: writes can be moved to another server without losing any. */
export type Switchover = {
  /** `to`: the server that is wanted, where several shares of the data have a primary each. */
  look(to?: string): Promise<SwitchoverLook | { refused: string }>;
  /** Done once, on connections that are held from before it begins. It rolls itself back rather than lose a write. */
  carryOut(order: SwitchoverOrder): Promise<SwitchoverResult>;
  /**
   * What became of `carryOut`, when its answer was lost or whoever did it died: asked of the servers. Where the new primary takes
   * writes already, what is missing is finished; else writes that are still held are let through where they were. Repeatable.
   */
  settle(order: SwitchoverOrder): Promise<SwitchoverResult | 'unknown'>;
};
