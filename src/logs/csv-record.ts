import type { HeldBytes } from './held.ts';

/** Columns of PostgreSQL before 13, of 13, and since 14. */
const COLUMNS = [23, 24, 26];
const MOST_COLUMNS = 26;
const QUOTE = 34;
const COMMA = 44;
const NEWLINE = 10;
const RETURN = 13;

/** The bytes do not hold the end of the record, or it is none. */
export const UNFINISHED = -1;
export const INVALID = -2;

/**
 * One record of csvlog as it was read last: start and end of each column without its quotes, counted as the bytes are, and 1 in
 * `doubled` where quotes stand twice in it. https://www.postgresql.org/docs/18/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-CSVLOG
 */
export class CsvRecord {
  readonly places = new Int32Array(MOST_COLUMNS * 2);
  readonly doubled = new Uint8Array(MOST_COLUMNS);
  columns = 0;
  lines = 0;

  /** Reads the record from `held.start` and gives the offset after its line, UNFINISHED or INVALID. */
  read(held: HeldBytes): number {
    const { bytes, end } = held;
    this.lines = 1;
    let at = held.start;
    for (let column = 0; column < MOST_COLUMNS; column++) {
      at = this.#column(bytes, at, end, column);
      if (at < 0) return at;
      if (at >= end) return UNFINISHED;
      const byte = bytes[at];
      if (byte === COMMA) {
        at++;
        continue;
      }
      this.columns = column + 1;
      if (byte === RETURN) at++;
      if (at >= end) return UNFINISHED;
      return bytes[at] === NEWLINE && COLUMNS.includes(this.columns) ? at + 1 : INVALID;
    }
    return INVALID;
  }

  #column(bytes: Buffer, at: number, end: number, column: number): number {
    this.doubled[column] = 0;
    if (at < end && bytes[at] === QUOTE) return this.#quoted(bytes, at + 1, end, column);
    let stop = at;
    while (stop < end && bytes[stop] !== COMMA && bytes[stop] !== NEWLINE && bytes[stop] !== RETURN) stop++;
    this.places[column * 2] = at;
    this.places[column * 2 + 1] = stop;
    return stop;
  }

  #quoted(bytes: Buffer, at: number, end: number, column: number): number {
    let stop = at;
    for (; stop < end; stop++) {
      const byte = bytes[stop];
      if (byte === NEWLINE) this.lines++;
      else if (byte === QUOTE) {
        if (stop + 1 >= end) return UNFINISHED;
        if (bytes[stop + 1] !== QUOTE) break;
        this.doubled[column] = 1;
        stop++;
      }
    }
    if (stop >= end) return UNFINISHED;
    this.places[column * 2] = at;
    this.places[column * 2 + 1] = stop;
    return stop + 1;
  }

  /** Makes one quote of two in the bytes of a column, where there are any. */
  unquote(bytes: Buffer, column: number): void {
    if (this.doubled[column] === 0) return;
    const start = this.places[column * 2] as number;
    const stop = this.places[column * 2 + 1] as number;
    let to = start;
    for (let from = start; from < stop; from++) {
      const byte = bytes[from] as number;
      bytes[to++] = byte;
      if (byte === QUOTE) from++;
    }
    this.places[column * 2 + 1] = to;
    this.doubled[column] = 0;
  }
}
