import type { Fields } from './fields.ts';
import type { Prefix } from './prefix.ts';

/** An entry's bytes beyond this are cut: one giant statement must not take the memory. */
export const LONGEST_ENTRY = 10 * 1024 * 1024;
/** A prefix ends within so many bytes; whether a line begins an entry is decided on no more. */
const LONGEST_PREFIX = 2_048;
const NEWLINE = 10;

/**
 * Hears of each entry: the line with the prefix and the lines that continue it are `bytes` from `start` to `end`, the message
 * begins at `message`, and the fields' spans count from `start`. The bytes are valid during the call only.
 */
export type EntryListener = (bytes: Buffer, start: number, message: number, end: number, fields: Fields) => void;

/** What could be read. `unmatchedLines` stand before the first entry, so they belong to none. */
export type ReadCounts = { bytes: number; lines: number; entries: number; cutEntries: number; unmatchedLines: number };

/** Joins lines into entries, wherever the chunks are cut. */
export type EntryReader = {
  push(chunk: Uint8Array): void;
  /** The last entry ends here; the reader is of no more use. */
  end(): void;
  readonly counts: ReadCounts;
  /** The first lines that belong to no entry, as they stand: they show what the prefix should have been. */
  readonly unmatched: readonly Buffer[];
};

export const KEPT_UNMATCHED = 20;

/**
 * `prefixes` are two compilations of one text: one holds what the entry's first line said while the other one reads the next
 * line.
 */
export function readEntries(prefixes: readonly [Prefix, Prefix], listener: EntryListener): EntryReader {
  return new LineJoiner(prefixes, listener);
}

class LineJoiner implements EntryReader {
  readonly counts: ReadCounts = { bytes: 0, lines: 0, entries: 0, cutEntries: 0, unmatchedLines: 0 };
  readonly unmatched: Buffer[] = [];
  readonly #listener: EntryListener;
  #current: Prefix;
  #next: Prefix;
  #held: Buffer = Buffer.allocUnsafe(2 * 1024 * 1024);
  #heldEnd = 0;
  /** Start of the entry that is being joined, or -1: none, or one whose rest is dropped. */
  #entry = -1;
  #message = 0;
  #line = 0;
  #searched = 0;
  #decided = false;

  constructor([current, next]: readonly [Prefix, Prefix], listener: EntryListener) {
    this.#current = current;
    this.#next = next;
    this.#listener = listener;
  }

  push(chunk: Uint8Array): void {
    this.counts.bytes += chunk.length;
    this.#makeRoom(chunk.length);
    this.#held.set(chunk, this.#heldEnd);
    this.#heldEnd += chunk.length;
    this.#scan();
    this.#bound();
  }

  end(): void {
    if (this.#line < this.#heldEnd) {
      this.counts.lines++;
      this.#decide(this.#heldEnd);
    }
    this.#emit(this.#heldEnd);
    this.#entry = -1;
    this.#line = this.#heldEnd;
  }

  #scan(): void {
    const held = this.#held;
    const end = this.#heldEnd;
    for (;;) {
      // The message is where the search for the line's end can begin: a prefix is read without knowing it.
      if (!this.#decided && end - this.#line >= LONGEST_PREFIX) this.#decideSoon();
      const newline = this.#newlineFrom(held, this.#searched, end);
      if (newline < 0) break;
      if (!this.#decided) this.#decide(newline);
      this.counts.lines++;
      this.#decided = false;
      this.#line = newline + 1;
      this.#searched = newline + 1;
    }
    this.#searched = end;
    if (!this.#decided && end - this.#line >= LONGEST_PREFIX) this.#decide(end);
  }

  #newlineFrom(held: Buffer, from: number, end: number): number {
    const newline = held.indexOf(NEWLINE, from);
    // Bytes beyond heldEnd are old ones.
    return newline < end ? newline : -1;
  }

  #decideSoon(): void {
    const message = this.#next.matchSoon(this.#held, this.#line, this.#heldEnd);
    if (message < 0 || message - this.#line > LONGEST_PREFIX) return;
    this.#decided = true;
    this.#begin(message);
    if (message > this.#searched) this.#searched = message;
  }

  /** Whether the line begins an entry; what was joined before it is then whole. */
  #decide(lineEnd: number): void {
    if (this.#decided) return;
    this.#decided = true;
    const start = this.#line;
    const message = this.#next.match(this.#held, start, Math.min(lineEnd, start + LONGEST_PREFIX));
    if (message >= 0) this.#begin(message);
    else if (this.counts.entries === 0 && this.#entry < 0) this.#keepUnmatched(lineEnd);
  }

  #begin(message: number): void {
    this.#emit(this.#line - 1);
    const matched = this.#next;
    this.#next = this.#current;
    this.#current = matched;
    this.#entry = this.#line;
    this.#message = message;
  }

  #keepUnmatched(lineEnd: number): void {
    this.counts.unmatchedLines++;
    if (this.unmatched.length >= KEPT_UNMATCHED) return;
    this.unmatched.push(Buffer.from(this.#held.subarray(this.#line, Math.min(lineEnd, this.#line + LONGEST_PREFIX))));
  }

  #emit(stop: number): void {
    if (this.#entry < 0) return;
    let end = stop;
    while (end > this.#message && (this.#held[end - 1] === NEWLINE || this.#held[end - 1] === 13)) end--;
    if (end - this.#entry > LONGEST_ENTRY) {
      end = this.#entry + LONGEST_ENTRY;
      this.counts.cutEntries++;
    }
    this.counts.entries++;
    this.#listener(this.#held, this.#entry, this.#message, end, this.#current);
  }

  /** Gives out an entry that is too long already, and forgets what of its rest was read. */
  #bound(): void {
    if (this.#entry >= 0 && this.#heldEnd - this.#entry > LONGEST_ENTRY + LONGEST_PREFIX && this.#isRest()) {
      this.#emit(this.#heldEnd);
      this.#entry = -1;
    }
    if (this.#entry < 0 && this.#decided) this.#line = this.#heldEnd;
  }

  /** Whether all but a bit of what is held is known to be of the entry. */
  #isRest(): boolean {
    return this.#decided || this.#line - this.#entry > LONGEST_ENTRY + 2;
  }

  #makeRoom(size: number): void {
    if (this.#heldEnd + size <= this.#held.length) return;
    const keep = this.#entry < 0 ? this.#line : Math.min(this.#entry, this.#line);
    const rest = this.#heldEnd - keep;
    const target = rest + size <= this.#held.length ? this.#held : Buffer.allocUnsafe(2 * (rest + size));
    this.#held.copy(target, 0, keep, this.#heldEnd);
    this.#held = target;
    this.#heldEnd = rest;
    this.#line -= keep;
    this.#searched -= keep;
    this.#entry = this.#entry < 0 ? -1 : this.#entry - keep;
    this.#message -= keep;
  }
}
