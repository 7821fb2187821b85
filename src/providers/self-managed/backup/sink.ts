import { PassThrough, type Transform } from 'node:stream';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import type { BackupCompression } from '../../../core/backup.ts';
import type { Pieces } from '../../../core/backup-store.ts';

/** Levels at which a network is as fast as a core compresses. */
const GZIP_LEVEL = 1;
const ZSTD_LEVEL = 3;
const CHUNK_BYTES = 1024 * 1024;

export const endingOf: Readonly<Record<BackupCompression, string>> = { none: '', gzip: '.gz', zstd: '.zst' };

/**
 * What comes out is compressed. Workers of zstd are never asked for: Node 24 gives archives then that cannot be read.
 * https://nodejs.org/docs/latest-v24.x/api/zlib.html
 */
export function compressor(compression: BackupCompression): Transform {
  switch (compression) {
    case 'none':
      return new PassThrough({ highWaterMark: CHUNK_BYTES });
    case 'gzip':
      return createGzip({ level: GZIP_LEVEL, chunkSize: CHUNK_BYTES });
    case 'zstd':
      return createZstdCompress({
        chunkSize: CHUNK_BYTES,
        params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL },
      });
  }
}

/**
 * Takes an archive into a few blocks, has each looked at when it is full, and compresses it. Where all blocks are on their way,
 * whoever writes waits: the store decides how fast the server sends.
 */
export class ArchiveSink {
  readonly #free: Buffer[];
  readonly #look: (bytes: Buffer) => void;
  readonly #keep: (bytes: Buffer) => Buffer;
  readonly #stream: Transform;
  #block: Buffer | undefined;
  #filledBytes = 0;
  #freed: (() => void) | undefined;
  #cause: Error | undefined;
  plainBytes = 0;

  constructor(blocks: readonly Buffer[], compression: BackupCompression, look: (bytes: Buffer) => void) {
    this.#free = [...blocks];
    this.#look = look;
    // What is not compressed is handed on as it is, and nobody knows how long a store holds it.
    this.#keep = compression === 'none' ? (bytes) => Buffer.from(bytes) : (bytes) => bytes;
    this.#stream = compressor(compression);
    this.#stream.on('error', (cause) => this.fail(cause));
  }

  /** What is to be stored; to be read once. */
  get pieces(): Pieces {
    return this.#stream;
  }

  /** `bytes` may be used again when the promise is kept, or at once where there is none. */
  write(bytes: Buffer): Promise<void> | undefined {
    for (let at = 0; at < bytes.length;) {
      this.#block ??= this.#free.pop();
      if (!this.#block) return this.#waitForBlock().then(() => this.write(bytes.subarray(at)));
      const length = bytes.copy(this.#block, this.#filledBytes, at);
      at += length;
      this.#filledBytes += length;
      if (this.#filledBytes === this.#block.length) this.#flush();
    }
    return undefined;
  }

  /** Nothing more comes. */
  end(): void {
    if (this.#filledBytes > 0) this.#flush();
    this.#stream.end();
  }

  /** What is stored of it so far is not kept. */
  fail(cause: Error): void {
    this.#cause ??= cause;
    this.#stream.destroy(cause);
    this.#freed?.();
  }

  #flush(): void {
    const block = this.#block;
    if (!block) return;
    const bytes = block.subarray(0, this.#filledBytes);
    this.#block = undefined;
    this.#filledBytes = 0;
    this.plainBytes += bytes.length;
    this.#look(bytes);
    this.#stream.write(this.#keep(bytes), () => {
      this.#free.push(block);
      this.#freed?.();
    });
  }

  async #waitForBlock(): Promise<void> {
    if (this.#free.length === 0 && !this.#cause) {
      await new Promise<void>((resolve) => {
        this.#freed = resolve;
      });
    }
    this.#freed = undefined;
    if (this.#cause) throw this.#cause;
  }
}
