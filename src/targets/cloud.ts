import type { Seen } from '../core/check.ts';
import type { CloudFailover } from './cloud-failover.ts';
import type { CloudDrill, CloudRestore } from './cloud-restore.ts';
import type { CloudSnapshots } from './cloud-snapshots.ts';
import type { CloudSwitchover } from './cloud-switchover.ts';
import type { DiskSize, PostgresMachines, RedisMachines } from './machine.ts';

/** How a PostgreSQL member is set up. */
export type PostgresHosting = {
  member: string;
  identifier: string;
  status: string;
  version: string;
  /** Null where the class of the machine does not tell. */
  memoryBytes: number | null;
  /** Null where the storage grows by itself and has no size. `growsToBytes` null: it does not grow. */
  disk: (DiskSize & { kind: string }) | null;
  multiZone: boolean;
  publicAddress: boolean;
  encrypted: boolean;
  deletionProtected: boolean;
  backupDays: number;
  /** UTC, as `03:00-03:30`; null when there are no backups. */
  backupWindow: string | null;
  maintenanceWindow: string | null;
  /** True for a replica whose backups are its primary's. */
  replica: boolean;
  /** The authority of its certificate, and when the certificate of the server itself ends. */
  authority: string | null;
  certificateUntil: string | null;
};

/** Work that the cloud will do, by itself or when it is let. */
export type PendingWork = { what: string; description: string; optedInFor: string | null; forcedAt: string | null };

/** What waits to be done to a PostgreSQL member. */
export type PostgresUpkeep = {
  member: string;
  pending: readonly PendingWork[];
  version: string;
  /** The newest version of the same major; null when this is it. */
  newerMinor: string | null;
  /** When the authority of its certificate ends; null when the cloud does not list it. */
  authorityUntil: string | null;
};

/** A part of the load: what sessions waited for, or a statement without its literals, and how many sessions on average. */
export type LoadShare = { what: string; sessions: number };

/** What the active sessions of a PostgreSQL member did. `recorded` null: nobody records it there; `sessions` null: nothing came lately. */
export type PostgresLoad = {
  member: string;
  identifier: string;
  /** Null where the class of the machine does not tell. */
  cpus: number | null;
  recorded: {
    sessions: number | null;
    overSeconds: number;
    waits: readonly LoadShare[];
    statements: readonly LoadShare[];
  } | null;
};

/** How a Redis group is set up. */
export type RedisHosting = {
  group: string;
  status: string;
  version: string;
  nodes: number;
  multiZone: boolean;
  automaticFailover: boolean;
  encryptedAtRest: boolean;
  encryptedInTransit: boolean;
  backupDays: number;
  backupWindow: string | null;
  maintenanceWindow: string | null;
  /** Updates of the service that were not applied. */
  pending: readonly { name: string; severity: string; kind: string; applyBy: string | null }[];
};

type Common = {
  /** Present where the cloud can copy the target within itself. */
  snapshots?: CloudSnapshots;
  /** Present where the cloud can make something new of a snapshot. */
  restore?: CloudRestore;
  /** Present where what it makes can be looked at from here and is taken away again. */
  drill?: CloudDrill;
  close(): void;
};

/**
 * What can be asked of the cloud that hosts a PostgreSQL target. Each question is asked once, whoever wants its answer.
 * What may not be asked is `skipped` with the right to grant; what did not answer is `unreliable`.
 */
export type PostgresCloud = Common &
  PostgresMachines & {
    hosting(): Promise<Seen<readonly PostgresHosting[]>>;
    upkeep(): Promise<Seen<readonly PostgresUpkeep[]>>;
    load(): Promise<Seen<readonly PostgresLoad[]>>;
    /** Present where the cloud moves the writes to another machine when it is asked to. */
    switchover?: CloudSwitchover;
    /** Present where the cloud promotes another server when the primary is dead. */
    failover?: CloudFailover;
  };

/** The same of a Redis target. */
export type RedisCloud = Common &
  RedisMachines & {
    hosting(): Promise<Seen<RedisHosting>>;
    /** Present where the cloud moves the writes to another machine when it is asked to. */
    switchover?: CloudSwitchover;
  };

export type Clouds = { postgres: PostgresCloud; redis: RedisCloud };
export type AnyCloud = Clouds[keyof Clouds];
