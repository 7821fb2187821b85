/** `closed` and `open` are answers that something gave; silence is `unknown`. */
export type FenceState = {
  says: 'closed' | 'open' | 'unknown';
  /** What was asked and what it said. */
  sentence: string;
};

/**
 * Capability: clients can be kept away from a server by something that stays up when the server is down (a pooler, a security group).
 * It never touches the server's own catalogue, which would be replicated to the server that takes over.
 */
export type Fence = {
  /** What closes, as the rest of a sentence: "PgBouncer pool-1 pauses the database shop". */
  means: string;
  /** How it stands. It changes nothing. */
  look(): Promise<FenceState>;
  /** Closes it and reads back. Repeatable. */
  close(): Promise<FenceState>;
  /** Opens it and reads back. Repeatable. */
  open(): Promise<FenceState>;
};
