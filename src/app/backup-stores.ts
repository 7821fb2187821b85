import type { BackupStore } from '../core/backup-store.ts';
import { createBucketStore } from '../state/backup-store/bucket.ts';
import { storesOf, type StoresKnown } from './stores-of.ts';

/** The stores of the config as the room that copies sees them. */
export function backupStores(known: StoresKnown): readonly BackupStore[] {
  return storesOf(known, createBucketStore);
}
