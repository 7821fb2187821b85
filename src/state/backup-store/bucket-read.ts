import { ListObjectsV2Command, type ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import type { ReadableStore, StoredObject } from '../../core/backup-store.ts';
import { Fault } from '../../core/errors.ts';
import { plainKey } from '../objects.ts';
import type { BackupBucket } from './bucket-readable.ts';
import { asBucketFault } from './bucket-fault.ts';
import { getObject } from './bucket-get.ts';

/** A place in a bucket, with its client. `keyOf` is the object's whole key. */
export type OpenBucket = BackupBucket & { client: S3Client; keyOf(key: string): string };

/** A part of 8 MiB takes a second on a bad day; whoever says nothing for half a minute will not say more. */
const patience = {
  connectionTimeout: 3000,
  requestTimeout: 120_000,
  socketTimeout: 30_000,
  throwOnRequestTimeout: true,
};

/** Opens the client. Every call to S3 is tried five times, more and more slowly where S3 asks for that. */
export function openBucket(where: BackupBucket): OpenBucket {
  const { prefix, region, endpoint } = where;
  const client = new S3Client({
    requestHandler: patience,
    maxAttempts: 5,
    // The sums are our own: of every part, of the whole, and in the record of the backup.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
  client.middlewareStack.add(
    (next) => async (call) => {
      refuseInTheClear(where.bucket, call.request);
      return next(call);
    },
    { step: 'finalizeRequest', name: 'refuseInTheClear' },
  );
  return { ...where, client, keyOf: (key: string) => (prefix === undefined ? key : `${prefix}/${key}`) };
}

/** Whatever set the endpoint (the config of AWS can, too): a backup goes over no wire that others can read. */
function refuseInTheClear(bucket: string, request: unknown): void {
  const { protocol, hostname = '' } = request as { protocol?: string; hostname?: string };
  if (protocol !== 'http:' || LOOPBACK.test(hostname)) return;
  throw new Fault(
    'invalid_request',
    `The bucket ${bucket} would be spoken to without encryption: its endpoint has to begin with https://.`,
  );
}
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/;

/** What only looks. Apart from what puts and what deletes: a function's rights are those of the calls that it is bundled with. */
export function readableBucket(open: OpenBucket): ReadableStore {
  return {
    name: open.name,
    get: async (key, range) => getObject(open, plainKey(key), range),
    list: (begin) => listObjects(open, begin),
  };
}

async function* listObjects(open: OpenBucket, begin: string): AsyncGenerator<StoredObject> {
  const bare = open.keyOf('').length;
  const asked = { Bucket: open.bucket, Prefix: open.keyOf(begin) };
  let after: { ContinuationToken?: string } = {};
  for (;;) {
    const command = new ListObjectsV2Command({ ...asked, ...after });
    const page = await open.client.send(command).catch((thrown: unknown): ListObjectsV2CommandOutput => {
      throw asBucketFault(thrown, open.bucket, 'ListObjectsV2');
    });
    for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? [])
      yield { key: Key.slice(bare), sizeBytes: Size, modifiedAt: LastModified.toISOString() };
    if (page.NextContinuationToken === undefined) return;
    after = { ContinuationToken: page.NextContinuationToken };
  }
}
