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
  known: StoresKnown,
  openBucket: (bucket: BackupBucket) => S,
): readonly (S | ReturnType<typeof createDirectoryStore>)[] {
  const { backups } = known.config;
  if (backups === undefined)
    throw new Fault('unsupported', 'nightshift.yaml names no place for backups: write backups.primary.');
  const { primary, secondary } = backups;
  return [
    openPlace(known, 'primary', primary, openBucket),
    ...(secondary === undefined ? [] : [openPlace(known, 'secondary', secondary, openBucket)]),
  ];
}

/** One place, under the name by which reports call it. */
export function openPlace<S extends ReadableStore>(
  { environment }: Pick<StoresKnown, 'environment'>,
  name: string,
  place: BackupPlace,
  openBucket: (bucket: BackupBucket) => S,
): S | ReturnType<typeof createDirectoryStore> {
  if (place.kind === 'directory') return createDirectoryStore({ name, directory: place.directory });
  const { bucket, prefix, region = environment.region, kmsKey, replicated } = place;
  const opened = openBucket({ name, bucket, prefix, region, kmsKey });
  return replicated === undefined ? opened : { ...opened, replicated };
}
