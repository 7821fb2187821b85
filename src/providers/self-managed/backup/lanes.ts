import { compressors, type Compressor } from './compress.ts';
import type { BackupCompression } from '../../../core/backup.ts';

/**
 * Of the four threads that Node has for such work one is left to the store. Two of zstd are as fast as what comes, and where there are
 * two cores more of them only take each other's caches. https://docs.libuv.org/en/v1.x/threadpool.html
 */
const LANES: Readonly<Record<BackupCompression, number>> = { none: 1, gzip: 3, zstd: 2 };

/** Compresses blocks side by side, in as many lanes as there are threads for it: memory is that of the lanes. */
export class Lanes {
  readonly #lanes: { compressor: Compressor; last: Promise<unknown> }[];
  #next = 0;

  constructor(compression: BackupCompression) {
    this.#lanes = Array.from({ length: LANES[compression] }, () => ({
      compressor: compressors[compression](),
      last: Promise.resolve(),
    }));
  }

  /** What a block becomes, in pieces, when those that came before it into its lane are done. */
  compress(block: Buffer): Promise<readonly Uint8Array[]> {
    const lane = this.#lanes[this.#next];
    if (!lane) throw new Error('there is always a lane');
    this.#next = (this.#next + 1) % this.#lanes.length;
    const compressed = lane.last.then(() => lane.compressor.compress(block));
    // It is met where it is read, perhaps only after others.
    lane.last = compressed.catch(() => undefined);
    return compressed;
  }

  /** Gives the memory back; what is still at work is given up. */
  close(): void {
    for (const { compressor } of this.#lanes) compressor.close();
  }
}
