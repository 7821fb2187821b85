import type { PrunableStore } from '../../core/backup-store.ts';
import { createReadableBucket, once, type BackupBucket } from './bucket-readable.ts';

/** A bucket as the room that deletes what expired sees it: it can put nothing there. No other function is bundled with this. */
export function createPrunableBucket(where: BackupBucket): PrunableStore {
  const loaded = once(async () => {
    const [{ openBucket }, { prunedBucket }] = await Promise.all([
      import('./bucket-read.ts'),
      import('./bucket-prune.ts'),
    ]);
    return prunedBucket(openBucket(where));
  });
  return {
    ...createReadableBucket(where),
    remove: async (keys) => (await loaded()).remove(keys),
    async *unfinished(prefix) {
      yield* (await loaded()).unfinished(prefix);
    },
  };
}
