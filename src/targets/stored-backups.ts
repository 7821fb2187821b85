import type { BackupPolicy } from '../core/backup-policy.ts';
import type { PrunableStore } from '../core/backup-store.ts';

/** The backups of a target as the room sees them that deletes what expired: it has no way to the database itself. */
export type StoredBackups = {
  target: string;
  policy: BackupPolicy;
  /** The primary one first. */
  stores: readonly PrunableStore[];
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds since 1970 after which nothing new is begun, so that the room can still answer. */
  untilMs: number;
  close(): Promise<void>;
};
