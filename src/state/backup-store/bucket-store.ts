import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  paginateListObjectsV2,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  S3Client,
} from '@aws-sdk/client-s3';
import { Fault } from '../../core/errors.ts';
import type { PrunableStore, StoredObject } from '../../core/backup-store.ts';
import { plainKey } from '../objects.ts';
import type { BackupBucket } from './bucket.ts';
import { asBucketFault } from './bucket-fault.ts';
import { getObject } from './bucket-get.ts';
import { putObject } from './bucket-put.ts';

/** A place in a bucket, with its client. `keyOf` is the object's whole key. */
export type OpenBucket = BackupBucket & { client: S3Client; keyOf(key: string): string };

/** A part of 8 MiB takes a second on a bad day; whoever says nothing for half a minute will not say more. */
const patience = {
  connectionTimeout: 3000,
  requestTimeout: 120_000,
  socketTimeout: 30_000,
  throwOnRequestTimeout: true,
};
const MOST_KEYS_AT_ONCE = 1000;

/** Opens the client. Every call to S3 is tried five times, more and more slowly where S3 asks for that. */
export function openBucketStore(where: BackupBucket): PrunableStore {
  const { name, prefix, region, endpoint } = where;
  const client = new S3Client({
    requestHandler: patience,
    maxAttempts: 5,
    // The sums are our own: of every part, of the whole, and in the record of the backup.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
  const open = { ...where, client, keyOf: (key: string) => (prefix === undefined ? key : `${prefix}/${key}`) };
  return {
    name,
    put: async (key, pieces) => putObject(open, plainKey(key), pieces),
    get: async (key, range) => getObject(open, plainKey(key), range),
    list: (begin) => listObjects(open, begin),
    remove: (keys) => removeObjects(open, keys),
    unfinished: (begin) => unfinishedUploads(open, begin),
  };
}

async function* listObjects(open: OpenBucket, begin: string): AsyncGenerator<StoredObject> {
  const bare = open.keyOf('').length;
  try {
    for await (const { Contents = [] } of paginateListObjectsV2(open, {
      Bucket: open.bucket,
      Prefix: open.keyOf(begin),
    }))
      for (const { Key = '', Size = 0, LastModified = new Date(0) } of Contents)
        yield { key: Key.slice(bare), sizeBytes: Size, modifiedAt: LastModified.toISOString() };
  } catch (thrown) {
    throw asBucketFault(thrown, open.bucket, 'ListObjectsV2');
  }
}

/** Deleting what is not there is no error. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
async function removeObjects(open: OpenBucket, keys: readonly string[]): Promise<void> {
  const { bucket: Bucket, client } = open;
  for (let n = 0; n < keys.length; n += MOST_KEYS_AT_ONCE) {
    const Objects = keys.slice(n, n + MOST_KEYS_AT_ONCE).map((key) => ({ Key: open.keyOf(plainKey(key)) }));
    const command = new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } });
    const { Errors = [] } = await client.send(command).catch((thrown: unknown) => {
      throw asBucketFault(thrown, Bucket, 'DeleteObjects');
    });
    const [first] = Errors;
    if (first === undefined) continue;
    const code = first.Code === 'AccessDenied' ? 'permission_denied' : 'target_unreachable';
    throw new Fault(code, `The bucket ${Bucket} kept ${Errors.length} objects that were to go (${first.Code ?? ''}).`);
  }
}

async function* unfinishedUploads(open: OpenBucket, begin: string): ReturnType<PrunableStore['unfinished']> {
  const { bucket: Bucket, client } = open;
  const bare = open.keyOf('').length;
  let after: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const command = new ListMultipartUploadsCommand({ Bucket, Prefix: open.keyOf(begin), ...after });
    const page = await client.send(command).catch((thrown: unknown): ListMultipartUploadsCommandOutput => {
      throw asBucketFault(thrown, Bucket, 'ListMultipartUploads');
    });
    for (const { Key = '', UploadId, Initiated = new Date() } of page.Uploads ?? []) {
      const abandon = () => abort(open, Key, UploadId);
      yield { key: Key.slice(bare), begunAt: Initiated.toISOString(), abandon };
    }
    if (page.IsTruncated !== true) return;
    after = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}

async function abort({ bucket: Bucket, client }: OpenBucket, Key: string, UploadId: string | undefined): Promise<void> {
  try {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'NoSuchUpload') return;
    throw asBucketFault(thrown, Bucket, 'AbortMultipartUpload');
  }
}
