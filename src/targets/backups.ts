import type {
  BackupCompression,
  CopyProgress,
  OwedBackup,
  PostgresBackupRecord,
  RedisBackupRecord,
} from '../core/backup.ts';
export type { CopyProgress } from '../core/backup.ts';
import type { BackupStore } from '../core/backup-store.ts';

export type CopyWork = {
  store: BackupStore;
  label: string;
  run: string;
  compression: BackupCompression;
  /** What the server may send at most, in bytes a second; absent is without a limit. */
  maxRateBytes?: number;
  /** Called often; it must be quick and never throws. */
  progress(at: CopyProgress): void;
  /** Ends the work; nothing is called a backup then. */
  signal: AbortSignal;
};

/** What can be said before a byte is copied. `refused` is a sentence with the reason and what to do instead. */
export type BackupLook = {
  /** Where it would be taken from: a standby where there is a good one. */
  member: string;
  /** Why not from another, a sentence each. */
  passedOver: readonly { member: string; why: string }[];
  systemId: string;
  serverVersion: number;
  timeline: number;
  sizeBytes: number;
  /** Why there can be no increment: the version, `summarize_wal` off. */
  whyNoIncrement?: string;
};

/** The slot that keeps WAL until it was stored, and how it stands. Bytes that WAL may still grow; null is without a limit. */
export type WalSlot = {
  name: string;
  status: 'reserved' | 'extended' | 'unreserved' | 'lost';
  safeBytes: number | null;
};

/** What one look for new WAL brought. */
export type WalDrained = {
  timeline: number;
  /** From where to where the store has it now, without a gap. */
  fromLsn: string;
  toLsn: string;
  segments: number;
  storedBytes: number;
  /** The timeline on which the store ended until now, where a server was promoted since. */
  leftTimeline?: number;
  second?: SecondWal;
  /** Where the slot was made anew, or had lost WAL: nothing before this can be brought to a second any more, until a full backup. */
  gap?: { afterLsn: string | null; why: string };
  /** What an earlier drain met and no backup was taken after, because its process died or could not. */
  owed?: OwedBackup;
};

/** What a second store was brought of the WAL, and read back; `why` says why it has not all of it, in words. */
export type SecondWal = { store: string; pieces: number; storedBytes: number; why: string | null };

/** A process of ours that streams WAL for good: how far the store is by it, and since when it streams (ISO time). */
export type Follower = { storedLsn: string; since: string };

/** What a process that follows has brought since it began; `longestSeconds` is the longest that something written waited for the store. */
export type WalFollowed = {
  storedLsn: string;
  segments: number;
  storedBytes: number;
  longestSeconds: number;
  /** Of the last time that something was brought there. */
  second?: SecondWal;
};

export type WalFollowWork = {
  store: BackupStore;
  /** It is brought what the first one has, and nobody waits for it. */
  second?: BackupStore;
  /** What there is of a segment is stored so often. */
  flushSeconds: number;
  /** Called whenever the store has more; it must be quick and never throws. */
  told(at: WalFollowed): void;
  /** Ends it, after what came was stored. */
  signal: AbortSignal;
};

/** Present in the `copy` room where a backup can be taken over the replication protocol. */
export type PostgresBackups = {
  look(): Promise<{ done: BackupLook } | { refused: string }>;
  full(work: CopyWork): Promise<{ done: PostgresBackupRecord } | { refused: string }>;
  /** `parent` is the record of the backup to build on, which is in the store of the work. */
  incremental(
    work: CopyWork,
    parent: PostgresBackupRecord,
  ): Promise<{ done: PostgresBackupRecord } | { refused: string }>;
  /** Stores what WAL there is since the last time, and tells the server only then. Makes the slot where there is none and it is safe to. */
  drainWal(
    work: Pick<CopyWork, 'store' | 'signal'> & { second?: BackupStore },
  ): Promise<{ done: WalDrained; slot: WalSlot } | { followed: Follower; slot: WalSlot } | { refused: string }>;
  /** Streams WAL on from where the store ends, until the signal; a server that goes away is a fault. One reader at a time. */
  followWal(work: WalFollowWork): Promise<{ done: WalFollowed } | { refused: string }>;
};

/** From whom a snapshot would be taken: one server for each shard. */
export type SnapshotLook = {
  shards: readonly { member: string; role: 'replica' | 'primary' }[];
  passedOver: readonly { member: string; why: string }[];
  /** Memory of the data sets together; a snapshot is mostly smaller. */
  usedBytes: number;
};

/** Present in the `copy` room where a snapshot can be had from a replica's stream. */
export type RedisBackups = {
  look(): Promise<{ done: SnapshotLook } | { refused: string }>;
  snapshot(work: CopyWork): Promise<{ done: RedisBackupRecord } | { refused: string }>;
};
