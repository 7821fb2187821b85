import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { zstdFrames } from './zstd-frames.ts';

/** How a file is packed, by its first bytes; `other` names what is known but not unpacked here, with a program that does. */
export type Compression = 'none' | 'gzip' | 'zstd' | { other: string; program: string };

const MAGIC: readonly [bytes: readonly number[], compression: Compression][] = [
  [[0x1f, 0x8b], 'gzip'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'zstd'],
  [[0x42, 0x5a, 0x68], { other: 'bzip2', program: 'bzcat' }],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], { other: 'xz', program: 'xzcat' }],
  [[0x04, 0x22, 0x4d, 0x18], { other: 'lz4', program: 'lz4cat' }],
  [[0x50, 0x4b, 0x03, 0x04], { other: 'zip', program: 'unzip -p' }],
];

export function compressionOf(firstBytes: Uint8Array): Compression {
  return MAGIC.find(([magic]) => magic.every((byte, i) => firstBytes[i] === byte))?.[1] ?? 'none';
}

const UNPACKED_CHUNK_BYTES = 256 * 1024;

/** Unpacks chunk by chunk; throws where the file is cut off or damaged, after what could be unpacked. */
export async function* unpacked(
  chunks: AsyncIterable<Uint8Array>,
  compression: 'gzip' | 'zstd',
): AsyncGenerator<Uint8Array> {
  const options = { chunkSize: UNPACKED_CHUNK_BYTES };
  if (compression === 'gzip') yield* through(chunks, createGunzip(options));
  else for await (const frame of zstdFrames(chunks)) yield* through(frame, createZstdDecompress(options));
}

function through(chunks: AsyncIterable<Uint8Array>, unpacker: Transform): AsyncIterable<Uint8Array> {
  // What breaks is thrown where the unpacker is read.
  return pipeline(Readable.from(chunks, { objectMode: false }), unpacker, () => {}) as AsyncIterable<Uint8Array>;
}
