import type { FenceSays } from '../core/writers.ts';

/** Where something that stands before the servers sends clients. */
export type FenceLead = {
  /** "pool-1". */
  through: string;
  /** Host and port as it has them: "10.0.1.5:5432". */
  to: string;
  /** The member of the target that is; null where nobody can say. */
  member: string | null;
};

export type FenceState = {
  says: FenceSays;
  /** What was asked and what it said. */
  sentence: string;
  /** Present where it keeps nobody away, not even new clients. */
  letsAllIn?: true;
  /** Present where a part of it does not answer, though another one is open. */
  someSilent?: true;
  /** Of those that answered. */
  leads?: readonly FenceLead[];
};

/** `fix` is there where somebody refuses, and is the line that mends it. */
export type FenceLack = { sentence: string; fix?: string };

/**
 * Capability: clients can be kept away from a server by something that stays up when the server is down (a pooler, a security group).
 * It never touches the server's own catalogue, which would be replicated to the server that takes over.
 */
export type Fence = {
  /** What closes, as the rest of a sentence: "PgBouncer pool-1 pauses the database shop". */
  means: string;
  /** Present where no client that writes comes by another way. Without it a closed fence is not certain. */
  coversAllClients?: true;
  /** What clients see while it is closed, one sentence each. */
  clients?: readonly string[];
  /** What keeps this room from its work there: logins that are refused, parts that do not answer. It changes nothing. */
  lacks?(): Promise<readonly FenceLack[]>;
  /** How it stands. It changes nothing. */
  look(): Promise<FenceState>;
  /** Closes it and reads back. Repeatable. */
  close(): Promise<FenceState>;
  /** Opens it and reads back. Repeatable. */
  open(): Promise<FenceState>;
  /** How clients fare behind each part of it that answers. It changes nothing. Absent where nothing counts them. */
  pools?(): Promise<readonly PoolState[]>;
};

/** One pooler: clients that wait for a connection to the server, and connections that work. */
export type PoolState = { name: string; waiting: number; atWork: number };
