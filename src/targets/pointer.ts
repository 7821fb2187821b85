import type { StepJournal } from '../core/operation.ts';
import type { PointerChange, PointerSaid } from '../core/pointer.ts';
import type { UnderWay } from './cloud-switchover.ts';
import type { HostHand } from './host-hand.ts';

/** A server of the target, and what the pointer would say to name it. */
export type PointerHost = {
  member: string;
  host: string;
  /** The host as the pointer keeps it. */
  kept: string;
  /** Why the pointer cannot name it, in one sentence; null where it can. */
  unfit: string | null;
};

/** What a pointer says now, and could say. It changes nothing. */
export type PointerLook = {
  /** As the config has it: "db.shop.internal". */
  name: string;
  /** What it is, as the beginning of a sentence: "CNAME db.shop.internal (zone Z0123456789)". */
  what: string;
  said: PointerSaid;
  hosts: readonly PointerHost[];
  /** The TTL that a change would write; null where nothing has one. */
  ttlSeconds: number | null;
  /** What will be done to it, one sentence each, with `{from}` and `{to}` for the hosts. */
  steps: readonly string[];
  /** For how long clients may go on with the old one, one sentence each. */
  lingers: readonly string[];
  /** Why it cannot be changed from here, in one sentence; null where it can. */
  fixed: string | null;
};

/** How it ended: what was read back is the evidence. */
export type PointerEnd = {
  /** `not-pointed`: it does not say what was wanted; `why` says what it says. `needs-a-human`: nobody could read it. */
  ended: 'pointed' | 'not-pointed' | 'needs-a-human';
  why: string | null;
  evidence: readonly string[];
  /** What is left for a person, one sentence each. */
  left: readonly string[];
};

export type PointerResult = UnderWay | PointerEnd;

/** Capability: what clients look the server up by can be read, and made to name another one. */
export type Pointer = {
  look(): Promise<PointerLook | { refused: string }>;
  /**
   * Changes it, if it still says `before`. A "no" is a result; a fault means that nobody knows whether it was heard.
   */
  write(change: PointerChange, journal: StepJournal): Promise<PointerResult>;
  /** What became of it, read back. It changes nothing. `begunAt` is the ISO time before which nothing was written. */
  follow(change: PointerChange, begunAt: string, journal: StepJournal): Promise<PointerResult>;
};

/** What the control room opens of a target, whoever hosts it. */
export type Pointed = { name: string; pointer?: Pointer; hand?: HostHand; close(): void };

/** Pure: the member that a host is; null where it is none. */
export function memberAt({ hosts }: Pick<PointerLook, 'hosts'>, { host }: Pick<PointerSaid, 'host'>): string | null {
  return hosts.find((one) => one.host === host)?.member ?? null;
}
