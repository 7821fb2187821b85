import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
} from '@aws-sdk/client-s3';
import { Fault } from '../../core/errors.ts';
import type { PrunableStore } from '../../core/backup-store.ts';
import { plainKey } from '../objects.ts';
import { asBucketFault } from './bucket-fault.ts';
import type { OpenBucket } from './bucket-read.ts';

const MOST_KEYS_AT_ONCE = 1000;

/** What deletes, for the room that may. */
export function prunedBucket(open: OpenBucket): Pick<PrunableStore, 'remove' | 'unfinished'> {
  return { remove: (keys) => removeObjects(open, keys), unfinished: (begin) => unfinishedUploads(open, begin) };
}

/**
 * Deleting what is not there is no error. No version is named, so that a bucket with versions only hides what is deleted; the role
 * could not delete a version. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
async function removeObjects(open: OpenBucket, keys: readonly string[]): Promise<{ hidden: number }> {
  const { bucket: Bucket, client } = open;
  let hidden = 0;
  for (let n = 0; n < keys.length; n += MOST_KEYS_AT_ONCE) {
    const Objects = keys.slice(n, n + MOST_KEYS_AT_ONCE).map((key) => ({ Key: open.keyOf(plainKey(key)) }));
    const command = new DeleteObjectsCommand({ Bucket, Delete: { Objects } });
    const { Errors = [], Deleted = [] } = await client.send(command).catch((thrown: unknown) => {
      throw asBucketFault(thrown, Bucket, 'DeleteObjects');
    });
    hidden += Deleted.filter(({ DeleteMarker }) => DeleteMarker === true).length;
    const [first] = Errors;
    if (first === undefined) continue;
    const code = first.Code === 'AccessDenied' ? 'permission_denied' : 'target_unreachable';
    throw new Fault(code, `The bucket ${Bucket} kept ${Errors.length} objects that were to go (${first.Code ?? ''}).`);
  }
  return { hidden };
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
