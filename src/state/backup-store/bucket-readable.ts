import type { ReadableStore } from '../../core/backup-store.ts';

/** A bucket for backups, and how to reach it. */
export type BackupBucket = {
  name: string;
  bucket: string;
  /** In front of every key, without slashes at its ends. */
  prefix?: string | undefined;
  region?: string | undefined;
  /** The KMS key that encrypts what is put; absent is what the bucket does by itself. */
  kmsKey?: string | undefined;
  /** Another S3 than that of AWS. */
  endpoint?: string | undefined;
};

/** Backups as objects of a bucket, to be looked at. Its client is big and seldom needed: it is loaded with the first call. */
export function createReadableBucket(where: BackupBucket): ReadableStore {
  const loaded = once(async () => {
    const { openBucket, readableBucket } = await import('./bucket-read.ts');
    return readableBucket(openBucket(where));
  });
  return reading(where.name, loaded);
}

export function reading(name: string, loaded: () => Promise<ReadableStore>): ReadableStore {
  return {
    name,
    get: async (key, range) => (await loaded()).get(key, range),
    async *list(prefix) {
      yield* (await loaded()).list(prefix);
    },
  };
}

export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => (loaded ??= load());
}
