import type { Transform } from 'node:stream';
import {
  constants,
  createGzip,
  createZstdCompress,
  type Gzip,
  type ZlibOptions,
  type ZlibReset,
  type ZstdOptions,
} from 'node:zlib';
import type { BackupCompression } from '../../../core/backup.ts';

/** Levels at which a network is as fast as a core compresses. */
const GZIP_LEVEL = 1;
const ZSTD_LEVEL = 3;
const PROBE_LEVEL = 1;
/** What comes out of a block is less than that, mostly. */
const CHUNK_BYTES = 256 * 1024;
const ROOM_BYTES = 8 * 1024 * 1024;
const SAMPLES = 4;
const SAMPLE_BYTES = 16 * 1024;
/** Whoever saves less than a twentieth is not worth the time. */
const WORTH_IT = 0.95;

export const endingOf: Readonly<Record<BackupCompression, string>> = { none: '', gzip: '.gz', zstd: '.zst' };

/** Compresses one block after the other; members of gzip and frames of zstd may stand one behind the other. */
export type Compressor = {
  /** What it becomes, in pieces. Nothing else is asked of it meanwhile. */
  compress(block: Buffer): Promise<readonly Uint8Array[]>;
  close(): void;
};

/**
 * What compresses in the pool of threads. What noise there is, gzip stores: its level 1 takes ten times as long for it as for texts.
 * Each is kept from block to block: to make one anew takes half as long as it works, and its memory comes back late. Workers of zstd are
 * never asked for: Node 24 gives archives then that cannot be read.
 * https://www.rfc-editor.org/rfc/rfc1952#page-5, https://www.rfc-editor.org/rfc/rfc8878#section-3
 */
export const compressors: Readonly<Record<BackupCompression, () => Compressor>> = {
  none: () => ({ compress: async (block) => [block], close: () => undefined }),
  gzip: () => new GzipMembers(),
  zstd: () => new ZstdFrames(ZSTD_LEVEL),
};

/**
 * A stream whose every write ends what it began. What comes out of a block has room: it would wait for a reader for ever. It is read piece by
 * piece, as an object each: bytes would be put together, and noise would be in memory twice.
 */
const WHOLE = { chunkSize: CHUNK_BYTES, highWaterMark: ROOM_BYTES, readableObjectMode: true };
const IN_FRAMES: ZstdOptions & typeof WHOLE = { ...WHOLE, flush: constants.ZSTD_e_end };
const IN_MEMBERS: ZlibOptions & typeof WHOLE = { ...WHOLE, flush: constants.Z_FINISH };

function through(stream: Transform, block: Buffer): Promise<readonly Uint8Array[]> {
  return new Promise((resolve, reject) => {
    stream.write(block, (error) => {
      if (error) reject(error);
      else resolve([...piecesIn(stream)]);
    });
  });
}

function* piecesIn(stream: Transform): Generator<Uint8Array> {
  for (let piece: unknown = stream.read(); piece instanceof Uint8Array; piece = stream.read()) yield piece;
}

class ZstdFrames implements Compressor {
  readonly #stream: Transform;

  constructor(level: number) {
    this.#stream = listened(
      createZstdCompress({ ...IN_FRAMES, params: { [constants.ZSTD_c_compressionLevel]: level } }),
    );
  }

  compress(block: Buffer): Promise<readonly Uint8Array[]> {
    return through(this.#stream, block);
  }

  close(): void {
    this.#stream.destroy();
  }
}

class GzipMembers implements Compressor {
  readonly #texts = inMembers(GZIP_LEVEL);
  readonly #noise = inMembers(0);
  readonly #probe = new ZstdFrames(PROBE_LEVEL);

  async compress(block: Buffer): Promise<readonly Uint8Array[]> {
    const stream: Transform & ZlibReset = (await this.#isNoise(block)) ? this.#noise : this.#texts;
    const member = await through(stream, block);
    stream.reset();
    return member;
  }

  /** Asked of a few samples, by the fastest that there is. */
  async #isNoise(block: Buffer): Promise<boolean> {
    const step = Math.floor((block.length - SAMPLE_BYTES) / (SAMPLES - 1));
    if (step < SAMPLE_BYTES) return false;
    const samples = Array.from({ length: SAMPLES }, (_, i) => block.subarray(i * step, i * step + SAMPLE_BYTES));
    const compressed = await this.#probe.compress(Buffer.concat(samples));
    return sizeOf(compressed) > WORTH_IT * SAMPLES * SAMPLE_BYTES;
  }

  close(): void {
    this.#texts.destroy();
    this.#noise.destroy();
    this.#probe.close();
  }
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((all, { byteLength }) => all + byteLength, 0);
}

/** Whoever waits for a block is told of a failure by its callback. */
function listened<Stream extends Transform>(stream: Stream): Stream {
  return stream.on('error', () => undefined);
}

/** The types do not know that it can be reset. https://nodejs.org/docs/latest-v24.x/api/zlib.html#zlibreset */
function inMembers(level: number): Transform & ZlibReset {
  return listened(createGzip({ ...IN_MEMBERS, level })) as Gzip & ZlibReset;
}

/** A small file as one member of gzip. */
export async function inGzip(bytes: Buffer): Promise<Uint8Array> {
  const compressor = compressors.gzip();
  try {
    return Buffer.concat(await compressor.compress(bytes));
  } finally {
    compressor.close();
  }
}
