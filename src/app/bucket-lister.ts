import type { StoredObject } from '../core/backup-store.ts';
import { createReadableBucket } from '../state/backup-store/bucket-readable.ts';

/** Lists what is in a bucket of a region below a prefix. Its client is loaded with the first call. */
export function bucketLister(
  region: string | undefined,
): (bucket: string, prefix: string) => Promise<readonly StoredObject[]> {
  return async (bucket, prefix) => {
    const found: StoredObject[] = [];
    for await (const object of createReadableBucket({ name: bucket, bucket, region }).list(prefix)) found.push(object);
    return found;
  };
}
