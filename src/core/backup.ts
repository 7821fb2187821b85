import type { DrillMemory } from './drill.ts';

/** How a backup was made: every file, only what changed since its parent, or the dataset of one Redis shard each. */
export type BackupKind = 'full' | 'incremental' | 'snapshot';
export type BackupCompression = 'none' | 'gzip' | 'zstd';

/** How far a copy is. `totalBytes` is what is expected, and can be passed by a little; 0 is not known. */
export type CopyProgress = { doneBytes: number; totalBytes: number };

/** One object of a backup in the store. `sha256` is that of the stored bytes, in hex; `plainBytes` those before compression. */
export type StoredFile = { key: string; sizeBytes: number; plainBytes: number; sha256: string };

/** WAL that a backup needs to become consistent: from its start to its stop, on one timeline. LSNs as PostgreSQL writes them. */
export type WalRange = { timeline: number; startLsn: string; stopLsn: string };

type RecordOfAny = {
  /** Of this format. */
  version: 1;
  /** Unique within the target, sorts by time: `20261129T020000Z-full`. */
  label: string;
  target: string;
  /** The server that it was taken from. */
  member: string;
  /** ISO times. */
  startedAt: string;
  endedAt: string;
  compression: BackupCompression;
  files: readonly StoredFile[];
  /** The name and run id of what asked for it. */
  run: string;
};
export type PostgresBackupRecord = RecordOfAny & {
  engine: 'postgres';
  kind: 'full' | 'incremental';
  /** Only of an increment: the backup that it builds on. */
  parent?: string;
  /** As text: it does not fit a JSON number. */
  systemId: string;
  /** `SHOW server_version_num`. */
  serverVersion: number;
  /** Of the object `backup_manifest`, before compression, in hex. */
  manifestSha256: string;
  /** Its own WAL, which is inside its archive: it can be restored to its own end without any other WAL. */
  wal: WalRange;
  /** Pages whose checksum was wrong while they went by; null where the cluster has no checksums. */
  brokenPages: readonly { file: string; block: number }[] | null;
  /** Files of the manifest whose checksum was compared while they went by: all of them, or the backup is no good. */
  filesVerified: number;
};
/** What one server gave; `at` is when its snapshot was cut, an ISO time. */
export type RedisShard = {
  member: string;
  replicationId: string;
  offset: number;
  at: string;
  /** Of all databases; absent where nobody counted them. */
  keys?: number;
  /** What it was when it gave the snapshot; absent is a replica. */
  role?: 'replica' | 'primary';
  /** Slots of a cluster, from and to, both included. */
  slots?: readonly (readonly [number, number])[];
  /** Of the CRC-64 at the end of the RDB: absent where the server writes none. */
  checksum?: 'right' | 'absent';
};
export type RedisBackupRecord = RecordOfAny & {
  engine: 'redis';
  kind: 'snapshot';
  /** One for each shard: the primary's replication id and offset at which the snapshot was cut. */
  shards: readonly RedisShard[];
  /** Milliseconds between the first and the last shard's cut; 0 for one. */
  skewMs: number;
  redisVersion: string;
};
/** What `done.json` says; it is written last, so a backup without one was never finished. */
export type BackupRecord = PostgresBackupRecord | RedisBackupRecord;

/**
 * How much is known of a backup: L1 every checksum was right in the stream, L2 it was read back from the store, L3 it was combined and
 * started, L4 amcheck and the assertions passed, L5 it was brought to a random second.
 */
export const proofLevels = ['L1', 'L2', 'L3', 'L4', 'L5'] as const;
export type ProofLevel = (typeof proofLevels)[number];

/** What somebody said of one copy of a backup, kept beside it: whether retention leaves it alone. The newest counts. */
export type Pin = {
  version: 1;
  label: string;
  pinned: boolean;
  /** ISO time. */
  at: string;
  /** Who said it, by name. */
  by: string;
  reason: string;
  /** ISO time after which it counts no more; null is for good. */
  until: string | null;
};

/** One entry of the ledger, which is only added to: what was tried on which copy of a backup, and what came of it. */
export type Proof = {
  version: 1;
  label: string;
  /** Name of the store. */
  store: string;
  level: ProofLevel;
  /** ISO time. */
  at: string;
  run: string;
  outcome: 'passed' | 'failed';
  /** What was wrong, a sentence each; empty where it passed. */
  problems: readonly string[];
  /** What was measured: seconds until it answered, until it was verified, between the backup's end and the newest row. */
  measured?: {
    restoreSeconds?: number;
    usableSeconds?: number;
    newestRowAgeSeconds?: number;
    reachedLsn?: string;
    reachedTime?: string;
  };
  /** Of a drill, what the next one compares with. */
  seen?: DrillMemory;
};

/** Why a backup has to be taken at once: a gap in the WAL, or a promotion after which an increment can mostly not be had. */
export type OwedBackup = { gap: { afterLsn: string | null; why: string } } | { leftTimeline: number };
