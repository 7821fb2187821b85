import { randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { BackupStore, Pieces } from '../../core/backup-store.ts';
import { Fault } from '../../core/errors.ts';
import { asBucketFault, isAbsent, isTaken } from './bucket-fault.ts';
import type { OpenBucket } from './bucket-read.ts';
import { MOST_PARTS, partBytes } from './part-bytes.ts';
import { cutIntoParts, type Part, type Sums } from './parts.ts';

const PARTS_IN_FLIGHT = 3;

/** One object that is being put. Its mark tells ours from another's where the answer of S3 was lost. */
type Putting = { open: OpenBucket; object: { Bucket: string; Key: string }; mark: string; sums: Sums };

/**
 * Puts an object that is there only when it is whole: in one request where it is small, else in parts. S3 compares every part and the
 * whole with our CRC-32. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export async function putObject(open: OpenBucket, key: string, pieces: Pieces): ReturnType<BackupStore['put']> {
  const { parts, sums } = cutIntoParts(pieces, partBytes);
  const putting = { open, object: { Bucket: open.bucket, Key: open.keyOf(key) }, mark: randomUUID(), sums };
  const iterator = parts[Symbol.asyncIterator]();
  const { value: first } = (await iterator.next()) as { value: Part };
  const created = first.isLast ? await putWhole(putting, first) : await putParts(putting, first, iterator);
  return { created, sizeBytes: sums.sizeBytes, sha256: sums.sha256() };
}

function asNew({ open: { kmsKey }, mark }: Putting) {
  const encryption = kmsKey === undefined ? {} : { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: kmsKey };
  return { ...encryption, Metadata: { 'nightshift-put': mark } };
}

async function putWhole(putting: Putting, { bytes, crc32 }: Part): Promise<boolean> {
  const { open, object } = putting;
  const input = { ...object, Body: bytes, IfNoneMatch: '*', ChecksumCRC32: crc32, ...asNew(putting) };
  return settled(putting, 'PutObject', () => open.client.send(new PutObjectCommand(input)));
}

async function putParts(putting: Putting, first: Part, rest: AsyncIterator<Part>): Promise<boolean> {
  const { open, object, sums } = putting;
  const UploadId = await begin(putting);
  const upload = { ...object, UploadId };
  try {
    const Parts = await sendParts(putting, UploadId, first, rest);
    const whole = { ChecksumCRC32: sums.crc32(), ChecksumType: 'FULL_OBJECT' as const, MpuObjectSize: sums.sizeBytes };
    const input = { ...upload, IfNoneMatch: '*', ...whole, MultipartUpload: { Parts } };
    const created = await settled(putting, 'CompleteMultipartUpload', () =>
      open.client.send(new CompleteMultipartUploadCommand(input)),
    );
    if (!created) await abandon(putting, UploadId);
    return created;
  } catch (thrown) {
    await abandon(putting, UploadId);
    throw thrown;
  }
}

async function begin(putting: Putting): Promise<string> {
  const { open, object } = putting;
  const sum = { ChecksumAlgorithm: 'CRC32' as const, ChecksumType: 'FULL_OBJECT' as const };
  try {
    const { UploadId = '' } = await open.client.send(
      new CreateMultipartUploadCommand({ ...object, ...sum, ...asNew(putting) }),
    );
    return UploadId;
  } catch (thrown) {
    throw asBucketFault(thrown, open.bucket, 'CreateMultipartUpload');
  }
}

/** A few at a time: what comes in waits for what goes out. */
async function sendParts(putting: Putting, UploadId: string, first: Part, rest: AsyncIterator<Part>) {
  const done: CompletedPart[] = [];
  const flying: Promise<CompletedPart>[] = [];
  try {
    for (let part: Part | undefined = first; part !== undefined; part = await nextPart(rest)) {
      if (part.number > MOST_PARTS) throw new Fault('invalid_request', 'An object of S3 has at most 10,000 parts.');
      const sent = sendPart(putting, UploadId, part);
      // Its failure is met below, perhaps only after the next piece has come.
      sent.catch(() => undefined);
      flying.push(sent);
      if (flying.length >= PARTS_IN_FLIGHT) done.push(...(await Promise.all(flying.splice(0, 1))));
    }
    done.push(...(await Promise.all(flying)));
  } catch (thrown) {
    // A part that arrives after the upload was given up would be kept, and paid for.
    await Promise.allSettled(flying);
    await rest.return?.();
    throw thrown;
  }
  return done;
}

async function nextPart(rest: AsyncIterator<Part>): Promise<Part | undefined> {
  const { done, value } = await rest.next();
  return done === true ? undefined : value;
}

async function sendPart({ open, object }: Putting, UploadId: string, part: Part): Promise<CompletedPart> {
  const { number: PartNumber, bytes: Body, crc32: ChecksumCRC32 } = part;
  try {
    const input = { ...object, UploadId, PartNumber, Body, ChecksumCRC32 };
    const { ETag } = await open.client.send(new UploadPartCommand(input));
    return { PartNumber, ETag, ChecksumCRC32 };
  } catch (thrown) {
    throw asBucketFault(thrown, open.bucket, 'UploadPart');
  }
}

/**
 * True where the object is ours now. A request whose answer was lost is sent again and then refused because of itself: what lies there
 * says whose it is.
 */
async function settled(putting: Putting, call: string, send: () => Promise<unknown>): Promise<boolean> {
  try {
    await send();
    return true;
  } catch (thrown) {
    const isLost = thrown instanceof Error && thrown.name === 'NoSuchUpload';
    if (!isTaken(thrown) && !isLost) throw asBucketFault(thrown, putting.open.bucket, call);
    const owner = await ownerOf(putting);
    if (owner === undefined) throw asBucketFault(thrown, putting.open.bucket, call);
    return owner === putting.mark;
  }
}

/** Who put what lies there; undefined where there is nothing. */
async function ownerOf({ open, object }: Putting): Promise<string | undefined> {
  try {
    const { Metadata = {} } = await open.client.send(new HeadObjectCommand(object));
    return Metadata['nightshift-put'] ?? 'somebody else';
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw asBucketFault(thrown, open.bucket, 'GetObject');
  }
}

/** What cannot be given up now is shown as unfinished, and deleted with what expired. */
async function abandon({ open, object }: Putting, UploadId: string): Promise<void> {
  await open.client.send(new AbortMultipartUploadCommand({ ...object, UploadId })).catch(() => undefined);
}
