import { formatOf, remote, timestamp, type Format } from './prefix-formats.ts';

/** A piece of a prefix: bytes that stand in it, or an escape with its padding and the place of its span (-1: not kept). */
export type PlainPiece = { literal: Uint8Array } | { escape: string; width: number; place: number };

const BYTE = 0;
const TEXT = 1;
const TIMESTAMP = 2;
const DIGITS = 3;
const REMOTE = 4;
const SESSION = 5;
const FORMAT = 6;

const NEWLINE = 10;
const BLANK = 32;
const OPEN = 40;
const MOST_MARKS = 16;

/**
 * Tries the shortest reading of a line only, in one loop: nearly every line is read by it. It gives the offset after the prefix,
 * or -1: the line may still match with another reading. It reads no further than a line's end, and `limit` is only where the
 * bytes end that mean something.
 */
export type ShortestReading = {
  read(bytes: Uint8Array, start: number, limit: number, spans: Int32Array): number;
  /** Where the last line has times and numbers that another line of the same session may have other values of. */
  readonly marks: Marks;
};

/** Start and end of each mark, counted as the bytes are; a mark that begins with a time is one of 19 bytes. */
export type Marks = { readonly places: Int32Array; count: number };
export const TIME_LENGTH = 19;

/** undefined for a prefix that has no such reading. */
export function shortestReading(pieces: readonly PlainPiece[]): ShortestReading | undefined {
  const steps = pieces.flatMap((piece, i) => stepsOf(piece, pieces[i + 1], i));
  if (steps.some((step) => step === undefined || (step[0] === BYTE && step[1] === NEWLINE))) return undefined;
  const formats = pieces.map((piece) => ('escape' in piece ? formatOf(piece.escape) : 'nothing'));
  return new ShortestReader(Int32Array.from(steps.flatMap((step) => step ?? [])), formats);
}

type Step = readonly [code: number, argument: number, place: number];

/** Code and argument of the escapes whose values end by their own form. */
const STEP_OF: Readonly<Record<string, readonly [code: number, argument: number]>> = {
  q: [SESSION, 0],
  t: [TIMESTAMP, 19],
  s: [TIMESTAMP, 19],
  m: [TIMESTAMP, 23],
  r: [REMOTE, 0],
  p: [DIGITS, 0],
  l: [DIGITS, 0],
  x: [DIGITS, 0],
};

function stepsOf(piece: PlainPiece, next: PlainPiece | undefined, index: number): (Step | undefined)[] {
  if ('literal' in piece) return Array.from(piece.literal, (byte) => [BYTE, byte, -1] as const);
  const { escape, width, place } = piece;
  if (width !== 0) return [undefined];
  const known = STEP_OF[escape];
  if (known !== undefined) return [[...known, place]];
  const format = formatOf(escape);
  if (format === 'nothing') return [];
  if (format !== 'text') return [[FORMAT, index, place]];
  const isEnded = next !== undefined && 'literal' in next;
  return isEnded ? [[TEXT, next.literal[0] as number, place]] : [undefined];
}

class ShortestReader implements ShortestReading {
  readonly marks: Marks = { places: new Int32Array(MOST_MARKS * 2), count: 0 };
  readonly #program: Int32Array;
  readonly #formats: readonly (Format | 'text' | 'nothing')[];

  constructor(program: Int32Array, formats: readonly (Format | 'text' | 'nothing')[]) {
    this.#program = program;
    this.#formats = formats;
  }

  read(bytes: Uint8Array, start: number, limit: number, spans: Int32Array): number {
    const program = this.#program;
    this.marks.count = 0;
    let at = start;
    for (let i = 0; i < program.length; i += 3) {
      const from = at;
      at = this.#stop(program[i] as number, program[i + 1] as number, bytes, at, limit);
      if (at < 0) return -1;
      const place = program[i + 2] as number;
      if (place < 0) continue;
      spans[place] = from - start;
      spans[place + 1] = at - start;
    }
    return at <= limit ? at : -1;
  }

  #stop(code: number, argument: number, bytes: Uint8Array, at: number, limit: number): number {
    switch (code) {
      case BYTE:
        return bytes[at] === argument ? at + 1 : -1;
      case TEXT:
        return textEnd(bytes, at, argument);
      case TIMESTAMP:
        return this.#time(bytes, at, limit, argument);
      case DIGITS:
        return this.#digits(bytes, at);
      case REMOTE:
        return this.#remote(bytes, at, limit);
      case FORMAT:
        return (this.#formats[argument] as Format)(bytes, at, limit);
      default:
        return at;
    }
  }

  #time(bytes: Uint8Array, at: number, limit: number, length: number): number {
    const stop = timestamp(bytes, at, limit, length);
    if (stop === at) return -1;
    this.#mark(at, at + TIME_LENGTH);
    if (length > TIME_LENGTH) this.#mark(at + TIME_LENGTH + 1, at + length);
    return stop;
  }

  #digits(bytes: Uint8Array, at: number): number {
    let stop = at;
    while (isDigit(bytes[stop])) stop++;
    this.#mark(at, stop);
    return stop;
  }

  #remote(bytes: Uint8Array, at: number, limit: number): number {
    const stop = remote(bytes, at, limit);
    let opened = stop - 2;
    while (opened > at && isDigit(bytes[opened])) opened--;
    if (bytes[opened] === OPEN && bytes[stop - 1] === OPEN + 1) this.#mark(opened + 1, stop - 1);
    return stop;
  }

  #mark(start: number, end: number): void {
    const { places, count } = this.marks;
    if (start === end || count >= MOST_MARKS) return;
    places[count * 2] = start;
    places[count * 2 + 1] = end;
    this.marks.count++;
  }
}

/** A blank at an end would be padding or a part of the name: the careful reading decides. */
function textEnd(bytes: Uint8Array, at: number, follower: number): number {
  let stop = at;
  const farthest = at + 256;
  while (stop < farthest && bytes[stop] !== follower && bytes[stop] !== NEWLINE) stop++;
  if (bytes[stop] !== follower || bytes[at] === BLANK) return -1;
  return stop > at && bytes[stop - 1] === BLANK ? -1 : stop;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}
