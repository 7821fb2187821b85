import type { FaultCode } from '../core/errors.ts';
import type { MemberLog } from './logs.ts';
import type { PostgresMachines } from './machine.ts';
import type { PostgresBackups } from './backups.ts';
import type { Failover } from './failover.ts';
import type { Canary } from './canary.ts';
import type { Fence } from './fence.ts';
import type { Outage } from './outage.ts';
import type { Rejoin } from './rejoin.ts';
import type { RestoredCopy } from './restored-copy.ts';
import type { Switchover } from './switchover.ts';

/** A member that answered. Every query runs under statement_timeout and lock_timeout, as `nightshift`. */
export type PostgresMember = {
  name: string;
  /** As configured; `inRecovery` is what the server itself says. */
  role: 'primary' | 'replica';
  /** `SHOW server_version_num`: 180004. */
  version: number;
  inRecovery: boolean;
  /** Where default_transaction_read_only is on for everybody who connects: in the whole server, or in the target's database. */
  readOnlyBy?: 'server' | 'database';
  query<Row extends Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
};
/** A member that did not answer: a value, not an exception. `reason` is a masked sentence. */
export type Unreached = {
  name: string;
  role: 'primary' | 'replica' | 'sentinel';
  reason: string;
  code: FaultCode;
  /** The safest next action, where the reason tells of one. */
  next?: string;
};

/** What can be asked of a PostgreSQL target: one connection per member, opened once, closed by the frame. */
export type PostgresTarget = {
  engine: 'postgres';
  name: string;
  /** Names of the members configured as replicas: what must be connected. */
  expectedReplicas: readonly string[];
  members: readonly PostgresMember[];
  unreached: readonly Unreached[];
  /** The member that takes writes now (not in recovery), whatever the config says. */
  primary?: PostgresMember;
  /** Present in the `read` room where exporters tell of the machines. */
  machines?: PostgresMachines;
  /** Present in the `read` room where the servers hand out their logs themselves. */
  logs?: readonly MemberLog[];
  /** Present where writes can be moved to another server without losing any. */
  switchover?: Switchover;
  /** Present where another server can take the place of a dead primary. */
  failover?: Failover;
  /** Present where a server that does not follow can be made to. */
  rejoin?: Rejoin;
  /** Present in the `read` room where a cloud would replace a dead primary. */
  outage?: Outage;
  /** Present in the `read` room where a cloud can restore the target into something new. */
  restored?: RestoredCopy;
  /** Present where something keeps clients away from the server that takes writes. */
  fence?: Fence;
  /** Present where the config lets the bot write one row or key of its own. */
  canary?: Canary;
  /** Present in the `copy` room where a copy can be taken of it. */
  backups?: PostgresBackups;
  close(): Promise<void>;
};
