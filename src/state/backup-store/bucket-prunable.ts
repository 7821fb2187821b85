import type { PrunableStore } from '../../core/backup-store.ts';
import { createBucketStore } from './bucket.ts';
import { once, type BackupBucket } from './bucket-readable.ts';

/** A bucket as the room that deletes what expired sees it; no other function is bundled with this. */
export function createPrunableBucket(where: BackupBucket): PrunableStore {
  const loaded = once(async () => {
    const [{ openBucket }, { prunedBucket }] = await Promise.all([
      import('./bucket-read.ts'),
      import('./bucket-prune.ts'),
    ]);
    return prunedBucket(openBucket(where));
  });
  return {
    ...createBucketStore(where),
    remove: async (keys) => (await loaded()).remove(keys),
    async *unfinished(prefix) {
      yield* (await loaded()).unfinished(prefix);
    },
  };
}
