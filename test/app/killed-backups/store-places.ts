import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupStore, PrunableStore } from '../../../src/core/backup-store.ts';
import { startBucketEndpoint } from '../../../src/local/aws/bucket/endpoint.ts';
import { createPrunableBucket } from '../../../src/state/backup-store/bucket-prunable.ts';
import { createBucketStore } from '../../../src/state/backup-store/bucket.ts';
import { createDirectoryStore } from '../../../src/state/backup-store/directory.ts';
import { makeServerDirectory } from '../../servers/room.ts';
import { wayToBucket } from './dying-way.ts';

/** At the nth touch of the store that changes something, before it is done or when nobody has heard of it; or after so long. */
export type Death = { nth: number; moment: 'before' | 'after' } | { afterMs: number };
export type Seen = BackupStore & PrunableStore;

/** Where backups go. `stores` are as the test sees them, by a way on which nothing happens. */
export type StorePlace = {
  name: 'directory' | 'bucket';
  /** What nightshift.yaml says of it. */
  config: string;
  environment: Readonly<Record<string, string>>;
  stores: readonly Seen[];
  /** What a process that is to die is told, unless the place sees to it by `kill`. */
  orders(death: Death, kill: () => void): { nth?: number; moment?: string; below?: string };
  close(): Promise<void>;
};

export function inDirectory(): StorePlace {
  const room = makeServerDirectory('killed-store');
  const directory = join(room, 'primary');
  return {
    name: 'directory',
    config: `primary: { directory: ${directory} }`,
    environment: {},
    stores: [createDirectoryStore({ name: 'primary', directory })],
    orders: (death) => ('nth' in death ? { ...death, below: directory } : {}),
    close: async () => rmSync(room, { recursive: true, force: true }),
  };
}

/** A bucket, and a directory beside it as its second. */
export async function inBucket(): Promise<StorePlace> {
  const endpoint = await startBucketEndpoint();
  const way = await wayToBucket(endpoint.url);
  const room = makeServerDirectory('killed-store');
  const directory = join(room, 'secondary');
  Object.assign(process.env, endpoint.environment);
  const where = { name: 'primary', bucket: endpoint.name, endpoint: endpoint.url };
  return {
    name: 'bucket',
    config: `primary: { bucket: ${endpoint.name} }\n  secondary: { directory: ${directory} }`,
    environment: { ...endpoint.environment, AWS_ENDPOINT_URL_S3: way.url },
    stores: [
      { ...createPrunableBucket(where), ...createBucketStore(where) },
      createDirectoryStore({ name: 'secondary', directory }),
    ],
    orders: (death, kill) => {
      way.order('nth' in death ? { ...death, kill } : undefined);
      return {};
    },
    close: async () => {
      await way.close();
      await endpoint.close();
      rmSync(room, { recursive: true, force: true });
    },
  };
}
