/**
 * A write that was acknowledged. `history`: another one after every change of the server that takes writes. `before`: the number that
 * stood there, null where nothing did.
 */
export type Acknowledged = { member: string; history: string; number: number; before: number | null; at: string };

/** Writes the canary. It keeps a connection while that works, and finds the server anew where it does not. */
export type CanaryPen = {
  /** One write; throws where it is not acknowledged. An abort ends it at once, with whatever it has open. */
  write(signal: AbortSignal): Promise<Acknowledged>;
  /** Who writes. */
  login: string;
  /** Ends its connections at once. Never throws, and waits for nobody. */
  close(): void;
};
