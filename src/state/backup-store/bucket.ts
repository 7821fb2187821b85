import type { BackupStore } from '../../core/backup-store.ts';
import { plainKey } from '../objects.ts';
import { once, reading, type BackupBucket } from './bucket-readable.ts';

/** Backups as objects of a bucket. */
export function createBucketStore(where: BackupBucket): BackupStore {
  const loaded = once(async () => {
    const [{ openBucket, readableBucket }, { putObject }] = await Promise.all([
      import('./bucket-read.ts'),
      import('./bucket-put.ts'),
    ]);
    const open = openBucket(where);
    const put: BackupStore['put'] = async (key, pieces) => putObject(open, plainKey(key), pieces);
    return { ...readableBucket(open), put };
  });
  return { ...reading(where.name, loaded), put: async (key, pieces) => (await loaded()).put(key, pieces) };
}
