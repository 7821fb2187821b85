/** One write of the bot's own row or key, tried as a client would. */
export type CanaryAttempt = {
  /** Since the first attempt began. */
  atMilliseconds: number;
  tookMilliseconds: number;
  /** The server, or the pooler, that acknowledged it; null where nobody did. */
  member: string | null;
  /** Why nobody acknowledged it, in a few words. */
  why?: string;
};

/** What a series of canary writes saw while the writes moved. */
export type CanaryRecord = {
  /** ISO time of the first attempt. */
  startedAt: string;
  everyMilliseconds: number;
  attempts: readonly CanaryAttempt[];
  /**
   * Canary writes that one server acknowledged and the next one did not have, by their numbers; null where they were not compared,
   * because one of the two acknowledged none.
   */
  lost: number | null;
  /** The number that the server had which acknowledged last, before it acknowledged the first one; null where it had none. */
  found: number | null;
  /** The login that wrote. */
  login: string;
};

/** The number and the time (ISO) of a canary write. */
export type Heartbeat = { member: string; number: number; at: string };

/** Capability: the bot may write one row or key of its own. Present only where the config asks for it. */
export type Canary = {
  /** Writes it once, wherever a client would find that writes are taken. Never throws. */
  beat(): Promise<Heartbeat | { missed: string }>;
  /** What a member has of it, a replica as well; null where it has none or does not say. Never throws. */
  heard(member: string): Promise<Heartbeat | null>;
};
