import type { BackupPlace } from '../core/backup-policy.ts';
import type { ReadableStore } from '../core/backup-store.ts';
import { Fault } from '../core/errors.ts';
import type { BackupBucket } from '../state/backup-store/bucket-readable.ts';
import { createDirectoryStore } from '../state/backup-store/directory.ts';
import type { Knowledge } from './knowledge.ts';

export type StoresKnown = {
  config: Pick<Knowledge['config'], 'backups'>;
  environment: Pick<Knowledge['environment'], 'region'>;
};

/**
 * The stores of the config, the primary one first, each opened by what the room may do with a bucket. Throws `unsupported` where the
 * config names none.
 */
export function storesOf<S extends ReadableStore>(
  { config: { backups }, environment: { region } }: StoresKnown,
  openBucket: (bucket: BackupBucket) => S,
): readonly (S | ReturnType<typeof createDirectoryStore>)[] {
  if (backups === undefined)
    throw new Fault('unsupported', 'nightshift.yaml names no place for backups: write backups.primary.');
  const open = (name: string, place: BackupPlace) => {
    if (place.kind === 'directory') return createDirectoryStore({ name, directory: place.directory });
    const { bucket, prefix, region: own = region, kmsKey, replicated } = place;
    const opened = openBucket({ name, bucket, prefix, region: own, kmsKey });
    return replicated === undefined ? opened : { ...opened, replicated };
  };
  const { primary, secondary } = backups;
  return [open('primary', primary), ...(secondary === undefined ? [] : [open('secondary', secondary)])];
}
