import type { Unreached } from './postgres.ts';

/** A server that answered. */
export type RedisMember = {
  name: string;
  role: 'primary' | 'replica' | 'sentinel';
  /** One command under the connection's timeout. Never KEYS, MONITOR, DEBUG, or anything of unknown size. */
  call(command: string, ...args: readonly string[]): Promise<unknown>;
  /** `INFO section` as a flat record. */
  info(section?: string): Promise<Record<string, string>>;
};

/** What can be asked of a Redis target. */
export type RedisTarget = {
  engine: 'redis';
  name: string;
  expectedReplicas: readonly string[];
  members: readonly RedisMember[];
  unreached: readonly Unreached[];
  /** The member whose own `INFO replication` says role:master. */
  primary?: RedisMember;
  /** Present where Sentinels watch the target. */
  sentinels?: { masterName: string; expected: readonly string[]; members: readonly RedisMember[] };
  close(): Promise<void>;
};
