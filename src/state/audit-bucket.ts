import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Fault } from '../core/errors.ts';
import type { Bucket } from './audit-archive.ts';

const patience = { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/**
 * Puts an object where there is none; false where there is one. Throws `target_unreachable`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export async function putDay({ bucket, region, endpoint }: Bucket, key: string, lines: Uint8Array): Promise<boolean> {
  const client = new S3Client({
    requestHandler: patience,
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
  const object = { Key: key, Body: lines, ContentType: 'application/x-ndjson', IfNoneMatch: '*' };
  try {
    await client.send(new PutObjectCommand({ Bucket: bucket, ...object }));
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'PreconditionFailed') return false;
    throw new Fault('target_unreachable', `the bucket of the audit record did not take ${key}`, { cause: thrown });
  } finally {
    client.destroy();
  }
}
