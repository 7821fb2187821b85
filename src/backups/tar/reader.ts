import { Damage } from '../damage.ts';
import { readTarHeader, TAR_BLOCK_BYTES, type TarEntry } from './header.ts';

/** Pieces of a file are views of what was fed: they are good only until `data` returns. */
export type TarTaker = {
  begin(entry: TarEntry): void;
  /** `at` is where the piece begins in its file. */
  data(piece: Buffer, at: number): void;
  end(entry: TarEntry): void;
};

/** Takes an archive apart, piece by piece as it comes; throws `Damage`. */
export class TarReader {
  readonly #taker: TarTaker;
  readonly #header = Buffer.alloc(TAR_BLOCK_BYTES);
  #headerBytes = 0;
  #entry: TarEntry | undefined;
  #doneBytes = 0;
  #paddingBytes = 0;
  #hasEnded = false;

  constructor(taker: TarTaker) {
    this.#taker = taker;
  }

  feed(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#entry) at += this.#content(this.#entry, bytes, at);
      else if (this.#paddingBytes > 0) at += this.#padding(bytes.length - at);
      else at += this.#readHeader(bytes, at);
    }
  }

  /** To be called when nothing more comes: an archive that just stops is damaged. */
  finish(): void {
    if (this.#entry) throw new Damage(this.#entry.name, 'the archive stops in the middle of it');
    if (!this.#hasEnded || this.#headerBytes > 0) throw new Damage('the archive', 'it stops before its end');
  }

  #readHeader(bytes: Buffer, at: number): number {
    const length = bytes.copy(this.#header, this.#headerBytes, at, at + TAR_BLOCK_BYTES - this.#headerBytes);
    this.#headerBytes += length;
    if (this.#headerBytes < TAR_BLOCK_BYTES) return length;
    this.#headerBytes = 0;
    const entry = readTarHeader(this.#header);
    if (entry) this.#begin(entry);
    else this.#hasEnded = true;
    return length;
  }

  #begin(entry: TarEntry): void {
    if (this.#hasEnded) throw new Damage(entry.name, 'it comes after the end of the archive');
    this.#taker.begin(entry);
    if (entry.sizeBytes === 0) return this.#taker.end(entry);
    this.#entry = entry;
    this.#doneBytes = 0;
  }

  #content(entry: TarEntry, bytes: Buffer, at: number): number {
    const length = Math.min(bytes.length - at, entry.sizeBytes - this.#doneBytes);
    this.#taker.data(bytes.subarray(at, at + length), this.#doneBytes);
    this.#doneBytes += length;
    if (this.#doneBytes < entry.sizeBytes) return length;
    this.#entry = undefined;
    this.#paddingBytes = (TAR_BLOCK_BYTES - (entry.sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
    this.#taker.end(entry);
    return length;
  }

  #padding(length: number): number {
    const skipped = Math.min(length, this.#paddingBytes);
    this.#paddingBytes -= skipped;
    return skipped;
  }
}
