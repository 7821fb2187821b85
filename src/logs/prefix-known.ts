import { isTimeAt } from './prefix-formats.ts';
import { TIME_LENGTH, type Marks } from './prefix-shortest.ts';
import type { Severity } from './severity.ts';
import { isSame, viewOf } from './view.ts';

/** A server has few users, databases and hosts at a time; the rest is read anew. */
const MOST_KNOWN = 16;
/** With more kinds of lines than are known, only some of those that were read anew replace one. */
const REPLACE_EVERY = 256;

/**
 * A beginning of a line as it was read: the bytes between its marks, and what it says. A line with the same bytes between marks
 * of the same lengths, with digits where digits were and a time where a time was, is read the same.
 */
export type KnownBeginning = {
  /** Another number for each beginning that was ever known. */
  readonly id: number;
  readonly spans: Int32Array;
  readonly severity: Severity;
  readonly length: number;
  readonly view: DataView;
  /** Where a piece ends and a mark begins, where that ends and the next piece begins, and so on, without the last piece's end. */
  readonly program: Int32Array;
};

let added = 0;

/** Beginnings of lines with the severity, compared four bytes at a time; the one that matched last is tried first. */
export class KnownBeginnings {
  readonly #known: KnownBeginning[] = [];
  /** The seconds of the last line. Most lines have the same. */
  readonly #second = new DataView(new ArrayBuffer(TIME_LENGTH + 1));
  #misses = 0;

  find(bytes: Uint8Array, start: number): KnownBeginning | undefined {
    const known = this.#known;
    for (let i = 0; i < known.length; i++) {
      const one = known[i] as KnownBeginning;
      if (!this.#matches(one, bytes, start)) continue;
      if (i > 0) {
        known[i] = known[i - 1] as KnownBeginning;
        known[i - 1] = one;
      }
      return one;
    }
    return undefined;
  }

  add(bytes: Uint8Array, start: number, message: number, marks: Marks, spans: Int32Array, severity: Severity): void {
    const isFull = this.#known.length >= MOST_KNOWN;
    if (isFull && ++this.#misses % REPLACE_EVERY !== 0) return;
    if (isFull) this.#known.pop();
    const copy = new Uint8Array(bytes.subarray(start, message));
    const program = Int32Array.from(marks.places.subarray(0, marks.count * 2), (place) => place - start);
    this.#known.push({
      id: added++,
      spans: spans.slice(),
      severity,
      length: message - start,
      view: new DataView(copy.buffer),
      program,
    });
  }

  // One loop over pieces and marks: nearly every line of a log is read here, and nowhere else.
  #matches(one: KnownBeginning, bytes: Uint8Array, start: number): boolean {
    const { program, view: wanted, length } = one;
    const view = viewOf(bytes);
    if (start + length > view.byteLength) return false;
    let at = 0;
    for (let i = 0; i < program.length; i += 2) {
      const stop = program[i] as number;
      if (!isSame(view, start + at, wanted, at, stop - at)) return false;
      at = program[i + 1] as number;
      const isMark =
        at - stop === TIME_LENGTH ? this.#isTime(bytes, view, start + stop) : isDigits(view, start, stop, at);
      if (!isMark) return false;
    }
    return isSame(view, start + at, wanted, at, length - at);
  }

  #isTime(bytes: Uint8Array, view: DataView, at: number): boolean {
    const second = this.#second;
    if (
      view.getInt32(at + 15) === second.getInt32(15) &&
      view.getInt32(at + 12) === second.getInt32(12) &&
      view.getInt32(at + 8) === second.getInt32(8) &&
      view.getInt32(at + 4) === second.getInt32(4) &&
      view.getInt32(at) === second.getInt32(0)
    )
      return true;
    if (!isTimeAt(bytes, at, TIME_LENGTH)) return false;
    for (let i = 0; i < TIME_LENGTH; i++) second.setUint8(i, bytes[at + i] as number);
    return true;
  }
}

function isDigits(view: DataView, start: number, from: number, to: number): boolean {
  for (let i = start + from; i < start + to; i++) {
    const byte = view.getUint8(i);
    if (byte < 48 || byte > 57) return false;
  }
  return true;
}
