import type { Answer } from './endpoint.ts';
import { BucketRefusal } from './refusal.ts';
import { listObjects, listUploads } from './listings.ts';
import { beginUpload, completeUpload, crc32InBase64, putBytes, uploadOf, type StandInBucket } from './objects.ts';
import { element, textsOf, xml } from './xml.ts';

export type Call = {
  name: string;
  key: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
};

/** What a request is called in S3's API. */
export function callName(method: string, key: string, query: URLSearchParams): string {
  if (method === 'POST') {
    if (query.has('delete')) return 'DeleteObjects';
    return query.has('uploads') ? 'CreateMultipartUpload' : 'CompleteMultipartUpload';
  }
  if (method === 'PUT') return query.has('uploadId') ? 'UploadPart' : 'PutObject';
  if (method === 'DELETE') return 'AbortMultipartUpload';
  if (method === 'HEAD') return 'HeadObject';
  if (key !== '') return 'GetObject';
  return query.has('uploads') ? 'ListMultipartUploads' : 'ListObjectsV2';
}

type Answering = (bucket: StandInBucket, call: Call) => Answer;

export const calls: Readonly<Record<string, Answering>> = {
  PutObject: (bucket, call) => {
    compareSum(call);
    const { etag } = putBytes(bucket, call.key, call.body, kept(call), onlyNew(call));
    return { status: 200, headers: { etag } };
  },
  CreateMultipartUpload: (bucket, call) => {
    const { id } = beginUpload(bucket, call.key, kept(call));
    return xml('InitiateMultipartUploadResult', element('Key', call.key) + element('UploadId', id));
  },
  UploadPart: (bucket, call) => {
    const upload = uploadOf(bucket, call.query.get('uploadId') ?? '');
    compareSum(call);
    const number = Number(call.query.get('partNumber'));
    upload.parts.set(number, call.body);
    return { status: 200, headers: { etag: `"part-${number}"` } };
  },
  CompleteMultipartUpload: (bucket, call) => {
    const size = call.headers['x-amz-mp-object-size'];
    const said = {
      numbers: textsOf('PartNumber', call.body).map(Number),
      sizeBytes: size === undefined ? undefined : Number(size),
      crc32: call.headers['x-amz-checksum-crc32'],
    };
    const { etag } = completeUpload(bucket, call.query.get('uploadId') ?? '', said, onlyNew(call));
    return xml('CompleteMultipartUploadResult', element('Key', call.key) + element('ETag', etag));
  },
  AbortMultipartUpload: (bucket, call) => {
    bucket.uploads.delete(uploadOf(bucket, call.query.get('uploadId') ?? '').id);
    return { status: 204 };
  },
  DeleteObjects: (bucket, call) =>
    xml(
      'DeleteResult',
      textsOf('Key', call.body)
        .map((key) => hide(bucket, key))
        .join(''),
    ),
  HeadObject: (bucket, call) => {
    const { bytes, etag, headers } = objectOf(bucket, call.key);
    return { status: 200, headers: { ...headers, etag, 'content-length': String(bytes.length) } };
  },
  GetObject: (bucket, call) => getObject(bucket, call),
  ListObjectsV2: (bucket, { query }) => listObjects(bucket, query),
  ListMultipartUploads: (bucket, { query }) => listUploads(bucket, query),
};

function getObject(bucket: StandInBucket, call: Call): Answer {
  const { bytes, etag, headers } = objectOf(bucket, call.key);
  if ((call.headers['if-match'] ?? etag) !== etag) throw new BucketRefusal('PreconditionFailed', 412);
  const [, first = '', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(call.headers['range'] ?? '') ?? [];
  if (first === '') return { status: 200, headers: { ...headers, etag }, body: bytes };
  if (Number(first) >= bytes.length) throw new BucketRefusal('InvalidRange', 416);
  const part = bytes.subarray(Number(first), last === '' ? undefined : Number(last) + 1);
  const range = `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}`;
  return { status: 206, headers: { ...headers, etag, 'content-range': range }, body: part };
}

/** Where no version is named, a marker hides the object, and what was not there gets a marker too. */
function hide({ objects, hidden }: StandInBucket, key: string): string {
  const object = objects.get(key);
  if (object) hidden.set(key, object);
  objects.delete(key);
  return element('Deleted', element('Key', key) + element('DeleteMarker', 'true'));
}

function objectOf({ objects }: StandInBucket, key: string) {
  const object = objects.get(key);
  if (object === undefined) throw new BucketRefusal('NoSuchKey', 404);
  return object;
}

function compareSum({ headers, body }: Call): void {
  const sum = headers['x-amz-checksum-crc32'];
  if (sum !== undefined && sum !== crc32InBase64(body)) throw new BucketRefusal('BadDigest', 400);
}

function onlyNew({ headers }: Call): boolean {
  return headers['if-none-match'] === '*';
}

/** What an object keeps of the request that made it. */
function kept({ headers }: Call): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^x-amz-(meta-|server-side-encryption)/.test(name)),
  );
}
