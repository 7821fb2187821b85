import { createHash } from 'node:crypto';
import type { ReadableStore, Pieces } from '../../core/backup-store.ts';
import { Fault } from '../../core/errors.ts';
import { unpacked } from '../../logs/files/compression.ts';

/** Gives the plain bytes of an object; `sha256` is compared with the stored ones when all were read. Throws `conflict` for what is broken. */
export async function* plainBytes(
  store: ReadableStore,
  { key, sha256 }: { key: string; sha256?: string },
  count: (storedBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const stored = await store.get(key);
  if (stored === undefined) throw new Fault('conflict', `${key} is not in the store ${store.name}.`);
  const summed = sumUp(stored, sha256, key, count);
  const compression = key.endsWith('.gz') ? 'gzip' : key.endsWith('.zst') ? 'zstd' : undefined;
  if (compression === undefined) return yield* summed;
  try {
    yield* unpacked(summed, compression);
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    throw new Fault('conflict', `${key} is broken: it cannot be unpacked.`, { cause: thrown });
  }
}

async function* sumUp(
  pieces: Pieces,
  sha256: string | undefined,
  key: string,
  count: (bytes: number) => void,
): Pieces & AsyncGenerator<Uint8Array> {
  const sum = createHash('sha256');
  for await (const piece of pieces) {
    sum.update(piece);
    count(piece.byteLength);
    yield piece;
  }
  if (sha256 !== undefined && sum.digest('hex') !== sha256)
    throw new Fault('conflict', `${key} is broken: it is not what was stored.`);
}
