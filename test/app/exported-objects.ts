import type { StoredObject } from '../../src/core/backup-store.ts';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';

type Exporting = { model: Pick<CloudModel, 'exports'>; unlisted?: true };

/** Looks into the buckets of the stand-in, as `run` looks into those of S3; it may not where they are `unlisted`. */
export function bucketsOf({ model, unlisted }: Exporting) {
  return async (bucket: string, prefix: string): Promise<readonly StoredObject[]> => {
    const objects = unlisted ? undefined : model.exports[bucket];
    if (!objects) throw new Error('AccessDenied: s3:ListBucket');
    return objects.filter(({ key }) => key.startsWith(prefix));
  };
}
