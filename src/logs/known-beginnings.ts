import type { Fields } from './fields.ts';
import type { Marks } from './prefix-shortest.ts';
import * as layout from './scanner/layout.ts';
import type { Scanner } from './scanner/scanner.ts';

const { BEGINNING_BYTES, BEGINNING_COUNT, BEGINNING_ORDER, BEGINNINGS, LONGEST_BEGINNING, MOST_BEGINNINGS } = layout;

/** With more kinds of lines than are known, only some of those that were read anew replace one. */
const REPLACE_EVERY = 256;
const SIXTEEN = 16;
const ZERO = 48;

/** What a line begins with, as it was read, and its length. */
export type KnownBeginning = Fields & { readonly length: number };

let added = 0;

/**
 * Beginnings of lines with the severity. A line with the same bytes between marks of the same lengths, with digits where digits were
 * and a time where a time was, is read the same.
 */
export class KnownBeginnings {
  readonly #scanner: Scanner;
  readonly #known: KnownBeginning[] = [];
  #misses = 0;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  /** The known beginning of the line at `start`, if it ends before `limit`. */
  find(start: number, limit: number): KnownBeginning | undefined {
    const found = this.#scanner.beginningAt(start, limit);
    return found < 0 ? undefined : this.#known[found];
  }

  /** The known beginning of the first line after `from` that can begin an entry; see `nextEntry` of the scanner for the rest. */
  next(from: number, end: number): KnownBeginning | undefined {
    const found = this.#scanner.nextEntry(from, end);
    return found < 0 ? undefined : this.#known[found];
  }

  add(start: number, message: number, marks: Marks, { spans, severity }: Fields): void {
    const length = message - start;
    if (length > LONGEST_BEGINNING) return;
    const isFull = this.#known.length >= MOST_BEGINNINGS;
    if (isFull && ++this.#misses % REPLACE_EVERY !== 0) return;
    const place = isFull ? this.#lastTried() : this.#place();
    this.#known[place] = { spans: spans.slice(), severity, known: added++, length };
    this.#write(place, start, length, marks);
  }

  #lastTried(): number {
    const { words } = this.#scanner;
    const address = words[BEGINNING_ORDER / 4 + MOST_BEGINNINGS - 1] as number;
    return (address - BEGINNINGS) / BEGINNING_BYTES;
  }

  #place(): number {
    const { words } = this.#scanner;
    const place = this.#known.length;
    words[BEGINNING_ORDER / 4 + place] = BEGINNINGS + place * BEGINNING_BYTES;
    words[BEGINNING_COUNT / 4] = place + 1;
    return place;
  }

  /** Of each byte the lowest that fits and how far above it others do: itself, or the digits, or any beyond the end. */
  #write(place: number, start: number, length: number, marks: Marks): void {
    const { bytes, words } = this.#scanner;
    const address = BEGINNINGS + place * BEGINNING_BYTES;
    const padded = Math.ceil(length / SIXTEEN) * SIXTEEN;
    words.set([length, place, padded * 2], address / 4);
    for (let i = 0; i < padded; i++) {
      const at = address + SIXTEEN + Math.floor(i / SIXTEEN) * 2 * SIXTEEN + (i % SIXTEEN);
      const byte = bytes[start + i] as number;
      const isOfMark = i < length && isDigit(byte) && isMarked(marks, start + i);
      const isBeyond = i >= length;
      bytes[at] = isBeyond ? 0 : isOfMark ? ZERO : byte;
      bytes[at + SIXTEEN] = isBeyond ? 255 : isOfMark ? 9 : 0;
    }
  }
}

function isMarked({ places, count }: Marks, at: number): boolean {
  for (let i = 0; i < count * 2; i += 2) if (at >= (places[i] as number) && at < (places[i + 1] as number)) return true;
  return false;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte < ZERO + 10;
}
