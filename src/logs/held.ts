import { HELD } from './scanner/layout.ts';
import { createScanner, type Scanner } from './scanner/scanner.ts';

/** An entry's bytes beyond this are cut: one giant statement must not take the memory. */
export const LONGEST_ENTRY = 10 * 1024 * 1024;
/** So many lines that belong to no entry are kept as they stand. */
export const KEPT_UNMATCHED = 20;
/** So much is held at a time, unless an entry is longer: it stays in the caches of a processor. */
const USUAL_BYTES = 512 * 1024;
/** Readers give up an entry before it fills this. */
const MOST_BYTES = LONGEST_ENTRY + 2 * USUAL_BYTES;

/** No more may be added at once. */
export const PIECE_BYTES = USUAL_BYTES / 2;

export function scannerOfReader(): Scanner {
  return createScanner(MOST_BYTES);
}

/** Bytes that were pushed and are not read yet, in the memory of a scanner: what reads them may change them in place. */
export class HeldBytes {
  readonly bytes: Buffer<ArrayBuffer>;
  /** What is read next. */
  start = HELD;
  end = HELD;
  readonly #scanner: Scanner;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
    this.bytes = scanner.bytes;
  }

  /** Offsets that the caller keeps move by the number of bytes that it gives. */
  add(piece: Uint8Array): number {
    const moved = this.end + piece.length > HELD + USUAL_BYTES ? this.start - HELD : 0;
    if (moved > 0) {
      this.bytes.copyWithin(HELD, this.start, this.end);
      this.start = HELD;
      this.end -= moved;
    }
    this.bytes.set(piece, this.end);
    this.end += piece.length;
    return moved;
  }

  /** Offset of the next newline from `from`, or -1. */
  newlineFrom(from: number): number {
    const newline = this.#scanner.indexOf(10, from, this.end);
    return newline < this.end ? newline : -1;
  }
}

/** Gives a chunk on in pieces that a HeldBytes takes. */
export function inPieces(chunk: Uint8Array, take: (piece: Uint8Array) => void): void {
  for (let at = 0; at < chunk.length; at += PIECE_BYTES) take(chunk.subarray(at, at + PIECE_BYTES));
}
