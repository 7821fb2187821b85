import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Pieces } from '../../core/backup-store.ts';
import { asBucketFault, isAbsent } from './bucket-fault.ts';
import type { OpenBucket } from './bucket-store.ts';

const MOST_TRIES = 5;

/**
 * Reads an object. A connection that breaks is taken up again at the byte that was reached, of the same object; after five tries in a
 * row that brought nothing it is a fault.
 */
export async function getObject(
  open: OpenBucket,
  key: string,
  { from, to }: { from: number; to?: number } = { from: 0 },
): Promise<Pieces | undefined> {
  // A range without bytes cannot be asked for; whether there is an object can.
  const isEmpty = to !== undefined && to <= from;
  const last = isEmpty ? from : to === undefined ? '' : to - 1;
  const ask = async (at: number, IfMatch?: string) => {
    const Range = at === 0 && to === undefined ? undefined : `bytes=${at}-${last}`;
    const input = { Bucket: open.bucket, Key: open.keyOf(key), Range, IfMatch };
    return open.client.send(new GetObjectCommand(input));
  };
  try {
    const first = await ask(from);
    return isEmpty ? nothing() : pieces(first, from, ask, open.bucket);
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    if (thrown instanceof Error && thrown.name === 'InvalidRange') return nothing();
    throw asBucketFault(thrown, open.bucket, 'GetObject');
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

type Ask = (at: number, etag?: string) => Promise<GetObjectCommandOutput>;

async function* pieces(
  first: GetObjectCommandOutput,
  from: number,
  ask: Ask,
  bucket: string,
): AsyncGenerator<Uint8Array> {
  const end = from + (first.ContentLength ?? 0);
  let reached = from;
  let answer: GetObjectCommandOutput | undefined = first;
  for (let tries = 0; reached < end;) {
    try {
      answer ??= await ask(reached, first.ETag);
      for await (const piece of answer.Body as AsyncIterable<Uint8Array>) {
        reached += piece.byteLength;
        tries = 0;
        yield piece;
      }
      answer = undefined;
      if (reached < end) throw new Error('the connection ended early');
    } catch (thrown) {
      answer = undefined;
      tries += 1;
      if (tries >= MOST_TRIES || isAbsent(thrown)) throw asBucketFault(thrown, bucket, 'GetObject');
    }
  }
}
