import { Fault } from '../core/errors.ts';
import type { BackupStore } from '../core/backup-store.ts';
import type { Knowledge } from './knowledge.ts';

/** The stores of the config, the primary one first. Throws `unsupported` where it names none. */
export function backupStores(_known: Pick<Knowledge, 'config' | 'environment'>): readonly BackupStore[] {
  throw new Fault('unsupported', 'nightshift.yaml names no place for backups: write backups.primary.');
}
