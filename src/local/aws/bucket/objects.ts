import { createHash, randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { BucketRefusal } from './refusal.ts';

export type StandInObject = {
  bytes: Buffer;
  etag: string;
  modifiedAt: Date;
  /** Of the request that put it: its metadata and its encryption. */
  headers: Readonly<Record<string, string>>;
};
export type StandInUpload = {
  id: string;
  key: string;
  begunAt: Date;
  headers: Readonly<Record<string, string>>;
  parts: Map<number, Buffer>;
};
/** Objects and uploads of one bucket that keeps versions, in memory; `hidden` are the versions behind delete markers. */
export type StandInBucket = {
  objects: Map<string, StandInObject>;
  hidden: Map<string, StandInObject>;
  uploads: Map<string, StandInUpload>;
};

/** Smaller parts than that are refused unless they are the last. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const LEAST_PART_BYTES = 5 * 1024 * 1024;

/** Puts an object; refused where there is one and the request says `If-None-Match: *`. */
export function putBytes(
  bucket: StandInBucket,
  key: string,
  bytes: Buffer,
  headers: Readonly<Record<string, string>>,
  onlyNew: boolean,
): StandInObject {
  if (onlyNew && bucket.objects.has(key)) throw new BucketRefusal('PreconditionFailed', 412);
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  const object = { bytes, etag, modifiedAt: new Date(), headers };
  bucket.objects.set(key, object);
  return object;
}

export function beginUpload(bucket: StandInBucket, key: string, headers: StandInUpload['headers']): StandInUpload {
  const upload = { id: randomUUID(), key, begunAt: new Date(), headers, parts: new Map<number, Buffer>() };
  bucket.uploads.set(upload.id, upload);
  return upload;
}

export function uploadOf(bucket: StandInBucket, id: string): StandInUpload {
  const upload = bucket.uploads.get(id);
  if (upload === undefined) throw new BucketRefusal('NoSuchUpload', 404);
  return upload;
}

/** What a client says of the whole object when it completes an upload. */
export type Completion = { numbers: readonly number[]; sizeBytes: number | undefined; crc32: string | undefined };

export function completeUpload(bucket: StandInBucket, id: string, said: Completion, onlyNew: boolean): StandInObject {
  const { key, parts, headers } = uploadOf(bucket, id);
  const named = said.numbers.map((number) => parts.get(number));
  const known = named.filter((part) => part !== undefined);
  if (known.length === 0 || known.length < named.length) throw new BucketRefusal('InvalidPart', 400);
  if (said.numbers.some((number, n) => n > 0 && number <= (said.numbers[n - 1] ?? 0)))
    throw new BucketRefusal('InvalidPartOrder', 400);
  if (known.slice(0, -1).some((part) => part.length < LEAST_PART_BYTES)) throw new BucketRefusal('EntityTooSmall', 400);
  const bytes = Buffer.concat(known);
  if (said.sizeBytes !== undefined && said.sizeBytes !== bytes.length) throw new BucketRefusal('InvalidRequest', 400);
  if (said.crc32 !== undefined && said.crc32 !== crc32InBase64(bytes)) throw new BucketRefusal('BadDigest', 400);
  const object = putBytes(bucket, key, bytes, headers, onlyNew);
  bucket.uploads.delete(id);
  return object;
}

export function crc32InBase64(bytes: Buffer): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString('base64');
}
