import type { LogFormat } from '../format.ts';
import { sideFinderOf, timeFinderOf, type SideFinder, type TimeFinder, type TimeWindow } from './time-window.ts';

/** Passes on the entries of a window, as whole lines; a line without a time goes with the line before it. */
export type TimeGate = { push(chunk: Uint8Array): void; end(): void };

const NEWLINE = 10;
/** So much of a line must be there before it is decided on. */
const ENOUGH_BYTES = 2_048;

export type GateOptions = {
  /** The bytes begin somewhere in a file, so nothing passes before the first line with a time. */
  isMiddle: boolean;
  pass(bytes: Uint8Array): void;
};

export function createTimeGate(format: LogFormat, window: TimeWindow, options: GateOptions): TimeGate {
  return new LineGate(format, window, options);
}

class LineGate implements TimeGate {
  readonly #timeIn: TimeFinder;
  readonly #sideAt: SideFinder;
  readonly #pass: GateOptions['pass'];
  #isOpen: boolean;
  /** Whether the line at the end of the last chunk goes on, and was decided on already. */
  #isDecided = false;
  #isLast = false;
  #held: Uint8Array = new Uint8Array(0);

  constructor(format: LogFormat, window: TimeWindow, { isMiddle, pass }: GateOptions) {
    this.#timeIn = timeFinderOf(format);
    this.#sideAt = sideFinderOf(window);
    this.#pass = pass;
    this.#isOpen = window.since === undefined && !isMiddle;
  }

  push(chunk: Uint8Array): void {
    const bytes = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    // Neighbouring lines pass as one piece, which begins at `from`.
    let from = this.#isDecided && this.#isOpen ? 0 : -1;
    let start = 0;
    while (start < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      if (newline < 0 && !this.#isEnough(end - start)) break;
      from = this.#decided(bytes, start, end, from);
      this.#isDecided = newline < 0;
      start = newline < 0 ? end : end + 1;
    }
    if (from >= 0 && start > from) this.#pass(bytes.subarray(from, start));
    this.#held = Buffer.from(bytes.subarray(start));
  }

  end(): void {
    this.#isLast = true;
    this.push(new Uint8Array(0));
  }

  #isEnough(length: number): boolean {
    return this.#isDecided || this.#isLast || length >= ENOUGH_BYTES;
  }

  /** Where the piece that passes begins, after this line was looked at; -1 when it does not pass. */
  #decided(bytes: Uint8Array, start: number, end: number, from: number): number {
    const at = this.#isDecided ? -1 : this.#timeIn(bytes, start, end);
    if (at >= 0) this.#isOpen = this.#sideAt(bytes, at, end) === 0;
    if (this.#isOpen) return from < 0 ? start : from;
    if (from >= 0) this.#pass(bytes.subarray(from, start));
    return -1;
  }
}
