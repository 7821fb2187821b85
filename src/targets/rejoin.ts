import type { Fact } from '../core/report.ts';
import type { UnderWay } from './cloud-switchover.ts';
import type { SwitchoverIdentity } from './switchover.ts';

/** What a hand is to do, in this order: none is begun before the one before has succeeded. The log of writes is kept before anything goes. */
export const handPhases = ['stop', 'keep', 'follow'] as const;
export type HandPhase = (typeof handPhases)[number];

/** A program of the config for one server; it is called once for each phase, with the phase as its last argument. */
export type HandOrder = {
  /** By this name it is asked how far it is; one at a time for each. */
  name: string;
  command: readonly string[];
  /** What it is told, beside PATH, HOME and LANG. */
  tells: { readonly [variable: string]: string };
};

/** How far a hand is; `ended` is null while it is at work. `said`: its last line, or why it was ended. */
export type HandState = { phase: HandPhase; ended: { ok: boolean; said: string; atMs: number } | null };

/** Port: whoever has a hand on the hosts. Only a process that lives on can have one. */
export type Hands = {
  /** Throws `conflict` while one of that name is at work. */
  begin(order: HandOrder): void;
  /** Undefined where this process has begun none. */
  state(name: string): HandState | undefined;
};

/** A server that does not follow the one that takes the writes. `unfit`: why it cannot be made to, in one sentence. */
export type RejoinCandidate = {
  member: string;
  stands: string;
  unfit: string | null;
  /** Present where the agent of a cloud has the hand on its host, which the control room asks; `slot`: the one that is made for it. */
  byAgent?: { slot: string };
};

/** Who takes the writes, who follows, and who could be made to. It changes nothing. */
export type RejoinLook = {
  primary: string;
  identity: SwitchoverIdentity;
  following: readonly string[];
  candidates: readonly RejoinCandidate[];
  /** What will be done, in order, one sentence each, with `{member}` for the one that is made to follow. */
  steps: readonly string[];
  clients: readonly string[];
  undo: string;
  facts: readonly Fact[];
};

/** What was approved. */
export type RejoinOrder = { member: string; primary: string; identity: SwitchoverIdentity };

export type RejoinResult =
  | UnderWay
  | {
      /** `not-done`: it does not follow, and nothing is at work on it any more. */
      ended: 'rejoined' | 'not-done' | 'needs-a-human';
      why: string | null;
      evidence: readonly string[];
      /** What is left for a person, one sentence each. */
      left: readonly string[];
    };

/** Capability: a server that was the primary, or cannot follow any more, is made a standby of the one that takes the writes. */
export type Rejoin = {
  look(): Promise<RejoinLook | { refused: string }>;
  /** Begins it; how it goes on is asked by `settle`. */
  carryOut(order: RejoinOrder): Promise<RejoinResult>;
  /** Asks the hand and the servers. Repeatable. */
  settle(order: RejoinOrder): Promise<RejoinResult | 'unknown'>;
  /** Looks again, and makes the slot: what the servers can do before a hand elsewhere begins. Repeatable. */
  prepare(order: RejoinOrder): Promise<Prepared>;
  /** Asks the servers alone, once a hand elsewhere says that it is done. It changes nothing. */
  follows(order: RejoinOrder): Promise<RejoinResult | 'unknown'>;
};

/** `slot`: the one that is there now; null where the login may make none, or none is left. */
export type Prepared = { ended: 'prepared'; slot: string | null } | { ended: 'not-done'; why: string };
