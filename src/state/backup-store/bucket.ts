import type { PrunableStore } from '../../core/backup-store.ts';

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

/** Backups as objects of a bucket. Its client is big and seldom needed: it is loaded with the first call. */
export function createBucketStore(where: BackupBucket): PrunableStore {
  let loaded: Promise<PrunableStore> | undefined;
  const store = () => (loaded ??= import('./bucket-store.ts').then(({ openBucketStore }) => openBucketStore(where)));
  return {
    name: where.name,
    put: async (key, pieces) => (await store()).put(key, pieces),
    get: async (key, range) => (await store()).get(key, range),
    async *list(prefix) {
      yield* (await store()).list(prefix);
    },
    remove: async (keys) => (await store()).remove(keys),
    async *unfinished(prefix) {
      yield* (await store()).unfinished(prefix);
    },
  };
}
