import type { EntryListener, EntryReader, ReadCounts } from './entries.ts';
import { emptySpans, type Fields } from './fields.ts';
import { HeldBytes, inPieces, KEPT_UNMATCHED, LONGEST_ENTRY } from './held.ts';
import { KnownBeginnings } from './known-beginnings.ts';
import type { Prefix } from './prefix.ts';
import { FIRSTS, HELD, LINES_PASSED, LONGEST_PREFIX, NEXT_LINE } from './scanner/layout.ts';
import type { Scanner } from './scanner/scanner.ts';

const NEWLINE = 10;

/** Joins the lines of a stderr log to entries. */
export class LineJoiner implements EntryReader {
  readonly counts: ReadCounts = { bytes: 0, lines: 0, entries: 0, cutEntries: 0, unmatchedLines: 0 };
  readonly unmatched: Buffer[] = [];
  readonly #listener: EntryListener;
  readonly #held: HeldBytes;
  readonly #words: Int32Array;
  readonly #beginnings: KnownBeginnings;
  /** What reads the next line, and what may have read the entry's first one. */
  #next: Prefix;
  #other: Prefix;
  #fields: Fields = { spans: emptySpans(), severity: 'LOG', known: -1 };
  /** Start of the entry that is being joined, or -1: none, or one whose rest is dropped. */
  #entry = -1;
  #message = 0;
  #line = HELD;
  #searched = HELD;
  #decided = false;

  constructor([next, other]: readonly [Prefix, Prefix], listener: EntryListener, scanner: Scanner) {
    this.#next = next;
    this.#other = other;
    this.#listener = listener;
    this.#held = new HeldBytes(scanner);
    this.#words = scanner.words;
    for (let byte = 0; byte < 256; byte++) scanner.bytes[FIRSTS + byte] = next.canBegin(byte) ? 1 : 0;
    this.#beginnings = new KnownBeginnings(scanner);
  }

  push(chunk: Uint8Array): void {
    this.counts.bytes += chunk.length;
    inPieces(chunk, (piece) => {
      this.#add(piece);
      this.#scan();
      this.#bound();
    });
  }

  end(): void {
    const { end } = this.#held;
    if (this.#line < end) {
      this.counts.lines++;
      if (!this.#decided) this.#decide(end);
    }
    this.#emit(end);
    this.#entry = -1;
    this.#line = end;
  }

  #add(piece: Uint8Array): void {
    this.#held.start = this.#entry < 0 ? this.#line : Math.min(this.#entry, this.#line);
    const moved = this.#held.add(piece);
    this.#line -= moved;
    this.#searched -= moved;
    this.#entry = this.#entry < 0 ? -1 : this.#entry - moved;
    this.#message -= moved;
  }

  #scan(): void {
    const held = this.#held;
    const { end } = held;
    for (;;) {
      // The message is where the search for the line's end can begin: a prefix is read without knowing it.
      if (!this.#decided && end - this.#line >= LONGEST_PREFIX) this.#decideSoon(end);
      if (this.#decided && this.#entry >= 0) {
        if (this.#passKnown(end)) continue;
        break;
      }
      const newline = held.newlineFrom(this.#searched);
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

  /** Goes on from entry to entry as long as their beginnings are known, up to a line to decide on; false when there is none. */
  #passKnown(end: number): boolean {
    const words = this.#words;
    for (;;) {
      const known = this.#beginnings.next(this.#searched, end);
      this.counts.lines += words[LINES_PASSED / 4] as number;
      const line = words[NEXT_LINE / 4] as number;
      if (line === 0) return false;
      this.#line = line;
      if (known === undefined) break;
      this.#begin(line + known.length, known);
      this.#searched = this.#message;
    }
    this.#searched = this.#line;
    this.#decided = false;
    return true;
  }

  #decideSoon(limit: number): void {
    const start = this.#line;
    if (!this.#next.canBegin(this.#held.bytes[start] as number)) return;
    if (!this.#isKnown(limit)) {
      const message = this.#next.matchSoon(this.#held.bytes, start, limit);
      if (message < 0 || message - start > LONGEST_PREFIX) return;
      this.#beginAnew(message);
    }
    this.#decided = true;
    if (this.#message > this.#searched) this.#searched = this.#message;
  }

  /** Whether the line begins an entry; what was joined before it is then whole. */
  #decide(lineEnd: number): void {
    this.#decided = true;
    const { bytes } = this.#held;
    const start = this.#line;
    const stop = Math.min(lineEnd, start + LONGEST_PREFIX);
    const canBegin = this.#next.canBegin(bytes[start] as number);
    if (canBegin && this.#isKnown(stop)) return;
    const message = canBegin ? this.#next.match(bytes, start, stop) : -1;
    if (message >= 0) this.#beginAnew(message);
    else if (this.counts.entries === 0 && this.#entry < 0) this.#keepUnmatched(lineEnd);
  }

  /** Begins an entry with the line when it begins as one before it. */
  #isKnown(limit: number): boolean {
    const known = this.#beginnings.find(this.#line, limit);
    if (known !== undefined) this.#begin(this.#line + known.length, known);
    return known !== undefined;
  }

  #beginAnew(message: number): void {
    const matched = this.#next;
    this.#next = this.#other;
    this.#other = matched;
    if (matched.marks !== undefined) this.#beginnings.add(this.#line, message, matched.marks, matched);
    this.#begin(message, matched);
  }

  #begin(message: number, fields: Fields): void {
    this.#emit(this.#line - 1);
    this.#fields = fields;
    this.#entry = this.#line;
    this.#message = message;
  }

  #keepUnmatched(lineEnd: number): void {
    this.counts.unmatchedLines++;
    if (this.unmatched.length >= KEPT_UNMATCHED) return;
    const { bytes } = this.#held;
    this.unmatched.push(Buffer.from(bytes.subarray(this.#line, Math.min(lineEnd, this.#line + LONGEST_PREFIX))));
  }

  #emit(stop: number): void {
    if (this.#entry < 0) return;
    const { bytes } = this.#held;
    let end = stop;
    while (end > this.#message && (bytes[end - 1] === NEWLINE || bytes[end - 1] === 13)) end--;
    if (end - this.#entry > LONGEST_ENTRY) {
      end = this.#entry + LONGEST_ENTRY;
      this.counts.cutEntries++;
    }
    this.counts.entries++;
    this.#listener(bytes, this.#entry, this.#message, end, this.#fields);
  }

  /** Gives out an entry that is too long already, and forgets what of its rest was read. */
  #bound(): void {
    const { end } = this.#held;
    if (this.#entry >= 0 && end - this.#entry > LONGEST_ENTRY + LONGEST_PREFIX && this.#isRest()) {
      this.#emit(end);
      this.#entry = -1;
    }
    if (this.#entry < 0 && this.#decided) this.#line = end;
  }

  /** Whether all but a bit of what is held is known to be of the entry. */
  #isRest(): boolean {
    return this.#decided || this.#line - this.#entry > LONGEST_ENTRY + 2;
  }
}
