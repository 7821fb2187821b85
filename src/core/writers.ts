import type { PointerMemory } from './pointer.ts';
import type { ReportedFinding } from './report.ts';

/** How far a server was that took writes, when it was asked. */
export type WriterSample = {
  member: string;
  /** ISO time of the question. */
  at: string;
  /** PostgreSQL: the end of its flushed log as an LSN, "0/3000060". Redis: its replication offset in bytes. */
  position: string;
  /** The history that it writes: PostgreSQL's system identifier, the replication id of Redis. */
  history: string;
  /** Redis: the history that it went on from when it took over; null where there was none. */
  formerHistory: string | null;
  /** PostgreSQL: rises with each promotion. Null for Redis. */
  timeline: number | null;
  /** Bytes of log a second since the sample before, of the same server and history; absent where there was none. */
  bytesPerSecond?: number;
  /** The canary write that it acknowledged then: its number, and when (ISO). Absent where the config asks for none, or it was missed. */
  heartbeat?: { number: number; at: string };
};

/** Where something sends clients; null is a server that is no member. `pointer`: by what they look up, and not by what they go through. */
export type Lead = { through: string; to: string; member: string | null; pointer?: true };

/** What one look at a target saw of who takes writes. */
export type WritersSeen = {
  at: string;
  writers: readonly WriterSample[];
  /** Members that did not answer: each of them may take writes unseen. */
  unreached: readonly string[];
  /** Where what stands before the servers, and is open, and what clients look them up by, send clients. */
  leads: readonly Lead[];
  /** Why nobody knows what clients look up, in one sentence; absent where it was read, or nothing is named. */
  unread?: string;
  /** How what can keep clients away says that it stands; null where there is nothing. */
  fence: { says: FenceSays; sentence: string } | null;
  /** Why the canary was not written; absent where it was, or is not asked for. */
  missed?: string;
};

/** `closed` and `open` are answers that something gave; silence is `unknown`. */
export type FenceSays = 'closed' | 'open' | 'unknown';

/** What a run can ask of the memory of who took writes, and of what leads clients to them. */
export type WritersMemory = PointerMemory & {
  /** Keeps who took writes at a look and how far they were, and says what is wrong with that: NEW where no run told of it before. */
  watchWriters(target: { name: string }, seen: WritersSeen): Promise<readonly ReportedFinding[]>;
  /** The youngest sample of a server that took writes: what is lost with it is bounded by that. Null where nobody watches. */
  lastWriter(target: { name: string }): Promise<WriterSample | null>;
  /**
   * Keeps that this run has closed a target to clients, or that it is open; `unknown` changes nothing. Whether it was kept as closed
   * before.
   */
  rememberFence(target: { name: string }, says: FenceSays): Promise<boolean>;
};

/** What is remembered of a target. */
export type KnownWriters = {
  /** The youngest sample: a loss is bounded by it when its server dies. Null before the first. */
  last: WriterSample | null;
  /** Every server that took writes lately, by name, as it was when it was last seen to. */
  everSeen: { readonly [member: string]: WriterSample };
  /** By the key of a finding: the run that told of it, when, and how many looks in a row have not met it since. */
  told: { readonly [key: string]: { runId: string; at: string; missed?: number } };
  /** The run that closed the target to clients, and when; absent or null where none did, or it was opened since. */
  fenced?: { runId: string; at: string } | null;
};

export const NO_WRITERS: KnownWriters = { last: null, everSeen: {}, told: {} };
