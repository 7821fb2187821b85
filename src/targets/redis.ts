import type { ClusterNode } from './cluster-nodes.ts';
import type { ScanKeys } from './key-scan.ts';
import type { RedisMachines } from './machine.ts';
import type { Unreached } from './postgres.ts';
import type { RedisBackups } from './backups.ts';
import type { Failover } from './failover.ts';
import type { Fence } from './fence.ts';
import type { Switchover } from './switchover.ts';

/** A server that answered. */
export type RedisMember = {
  name: string;
  /** As the config has it. */
  role: 'primary' | 'replica' | 'sentinel';
  /** What a data server itself said when it was opened. */
  roleNow?: 'primary' | 'replica';
  /** The login, as an ACL names it; absent is `default`. */
  user?: string;
  /** One command under the connection's timeout. Never KEYS, MONITOR, DEBUG, or anything of unknown size. */
  call(command: string, ...args: readonly string[]): Promise<unknown>;
  /** `INFO section` as a flat record. */
  info(section?: string): Promise<Record<string, string>>;
  /** Present where keys can be looked at; while it runs nothing else can be asked of this member. */
  scanKeys?: ScanKeys;
};

/** What can be asked of a Redis target. */
export type RedisTarget = {
  engine: 'redis';
  name: string;
  expectedReplicas: readonly string[];
  /** The config allows names of keys to leave the room. */
  showKeyNames?: boolean;
  members: readonly RedisMember[];
  unreached: readonly Unreached[];
  /** The member whose own `INFO replication` says role:master. */
  primary?: RedisMember;
  /** Present where Sentinels watch the target. */
  sentinels?: { masterName: string; expected: readonly string[]; members: readonly RedisMember[] };
  /** Present where the servers are a Redis Cluster. */
  cluster?: RedisCluster;
  /** Present in the `read` room where exporters tell of the machines. */
  machines?: RedisMachines;
  /** Present where writes can be moved to another server without losing any. */
  switchover?: Switchover;
  /** Present where another server can take the place of a dead primary. */
  failover?: Failover;
  /** Present where something keeps clients away from the server that takes writes. */
  fence?: Fence;
  /** Present in the `copy` room where a copy can be taken of it. */
  backups?: RedisBackups;
  close(): Promise<void>;
};

/** Who belongs to a cluster, as its best connected node sees it. */
export type RedisCluster = {
  /** Empty when no node would say. */
  nodes: readonly ClusterNode[];
  /** Node id to the name of the member that was opened. */
  names: { readonly [id: string]: string };
};
