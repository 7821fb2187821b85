import type { BackupPlace } from '../core/backup-policy.ts';
import type { BackupStore } from '../core/backup-store.ts';
import { Fault } from '../core/errors.ts';
import { createBucketStore } from '../state/backup-store/bucket.ts';
import { createDirectoryStore } from '../state/backup-store/directory.ts';
import type { Knowledge } from './knowledge.ts';

type Known = {
  config: Pick<Knowledge['config'], 'backups'>;
  environment: Pick<Knowledge['environment'], 'region'>;
};

/** The stores of the config, the primary one first. Throws `unsupported` where it names none. */
export function backupStores({ config: { backups }, environment: { region } }: Known): readonly BackupStore[] {
  if (backups === undefined)
    throw new Fault('unsupported', 'nightshift.yaml names no place for backups: write backups.primary.');
  const { primary, secondary } = backups;
  const second = secondary === undefined ? [] : [storeOf('secondary', secondary, region)];
  return [storeOf('primary', primary, region), ...second];
}

function storeOf(name: string, place: BackupPlace, ownRegion: string | undefined): BackupStore {
  if (place.kind === 'directory') return createDirectoryStore({ name, directory: place.directory });
  const { bucket, prefix, region = ownRegion, kmsKey } = place;
  return createBucketStore({ name, bucket, prefix, region, kmsKey });
}
