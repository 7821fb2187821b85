import { promisify } from 'node:util';
import { constants, gzip, zstdCompress, zstdCompressSync } from 'node:zlib';
import type { BackupCompression } from '../../../core/backup.ts';

/** Levels at which a network is as fast as a core compresses. */
const GZIP_LEVEL = 1;
const ZSTD_LEVEL = 3;
/** What comes out of a block is less than that, mostly. */
const CHUNK_BYTES = 256 * 1024;
const SAMPLES = 4;
const SAMPLE_BYTES = 16 * 1024;
/** Whoever saves less than a twentieth is not worth the time. */
const WORTH_IT = 0.95;

export const endingOf: Readonly<Record<BackupCompression, string>> = { none: '', gzip: '.gz', zstd: '.zst' };

const inGzip = promisify(gzip);
const inZstd = promisify(zstdCompress);

/**
 * Compresses a block by itself, in the pool of threads, so that several are compressed at once: members of gzip and frames of zstd may
 * stand one behind the other. What noise there is, gzip stores: its level 1 takes ten times as long for it as for texts. Workers of
 * zstd are never asked for: Node 24 gives archives then that cannot be read.
 * https://www.rfc-editor.org/rfc/rfc1952#page-5, https://www.rfc-editor.org/rfc/rfc8878#section-3
 */
export const compress: Readonly<Record<BackupCompression, (block: Buffer) => Promise<Uint8Array> | Uint8Array>> = {
  none: (block) => block,
  gzip: (block) => inGzip(block, { level: isNoise(block) ? 0 : GZIP_LEVEL, chunkSize: CHUNK_BYTES }),
  zstd: (block) =>
    inZstd(block, { chunkSize: CHUNK_BYTES, params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } }),
};

/** Asked of a few samples, by the fastest that there is. */
function isNoise(block: Buffer): boolean {
  const step = Math.floor((block.length - SAMPLE_BYTES) / (SAMPLES - 1));
  if (step < SAMPLE_BYTES) return false;
  const samples = Array.from({ length: SAMPLES }, (_, i) => block.subarray(i * step, i * step + SAMPLE_BYTES));
  const compressed = samples.reduce((bytes, sample) => bytes + zstdCompressSync(sample, FASTEST).length, 0);
  return compressed > WORTH_IT * SAMPLES * SAMPLE_BYTES;
}

const FASTEST = { chunkSize: SAMPLE_BYTES * 2, params: { [constants.ZSTD_c_compressionLevel]: 1 } };
