import { LOWER } from './bytes.ts';

/** What was written last into a shape; decides whether a blank stands before the next piece. */
export const NOTHING = 0;
export const WORD = 1;
export const LITERAL = 2;
export const SIGNS = 3;
export const OPEN = 4;
export const CLOSE = 5;
export const COMMA = 6;
export const JOINT = 7;

const BLANK = 32;
const MARK = 63;
/** Deeper brackets are written, but their lists are no longer folded. */
const DEEPEST = 64;
/** Longer shapes are cut; nobody reads them, and two that agree so far are the same statement. */
export const LONGEST_SHAPE = 32_768;

/** A shape as it is written: bytes whose blanks depend on what the pieces are, never on the blanks of the statement. */
export type Shape = {
  readonly bytes: Uint8Array;
  length: number;
  last: number;
  /** Where the word that was written last begins. */
  wordStart: number;
  readonly opened: Int32Array;
  depth: number;
};

export function emptyShape(): Shape {
  return {
    bytes: new Uint8Array(LONGEST_SHAPE + 1_024),
    length: 0,
    last: NOTHING,
    wordStart: 0,
    opened: new Int32Array(DEEPEST),
    depth: 0,
  };
}

export function clear(shape: Shape): void {
  shape.length = 0;
  shape.last = NOTHING;
  shape.depth = 0;
}

/** Writes a word in small letters; a keyword and a name without quotes mean the same in any case. */
export function writeWord(shape: Shape, bytes: Uint8Array, start: number, end: number): void {
  blankBeforeWord(shape);
  shape.wordStart = shape.length;
  const out = shape.bytes;
  let length = shape.length;
  const stop = Math.min(end, start + LONGEST_SHAPE + 1_000 - length);
  for (let i = start; i < stop; i++) out[length++] = LOWER[bytes[i] as number] as number;
  shape.length = length;
  shape.last = WORD;
}

/** Writes a name in quotes as it is. */
export function writeName(shape: Shape, bytes: Uint8Array, start: number, end: number): void {
  blankBeforeWord(shape);
  shape.wordStart = shape.length;
  for (let i = start; i < end && shape.length < LONGEST_SHAPE; i++) shape.bytes[shape.length++] = bytes[i] as number;
  shape.last = WORD;
}

/** Writes `?`; a literal after a literal and a comma is the same list, and right after a literal the same literal. */
export function writeLiteral(shape: Shape): void {
  if (shape.last === LITERAL) return;
  const { bytes, length } = shape;
  if (shape.last === COMMA && bytes[length - 2] === MARK && bytes[length - 1] === 44) {
    shape.length--;
    shape.last = LITERAL;
    return;
  }
  blankBeforeWord(shape);
  bytes[shape.length++] = MARK;
  shape.last = LITERAL;
}

/** Writes the signs of an operator, with blanks around them. */
export function writeOperator(shape: Shape, bytes: Uint8Array, start: number, end: number): void {
  if (shape.last !== NOTHING && shape.last !== OPEN && shape.last !== JOINT) shape.bytes[shape.length++] = BLANK;
  for (let i = start; i < end && shape.length < LONGEST_SHAPE; i++) shape.bytes[shape.length++] = bytes[i] as number;
  shape.last = SIGNS;
}

/** Writes one sign that joins what stands around it, like `.`, `:` and `[`. */
export function writeJoint(shape: Shape, byte: number): void {
  if (shape.last === SIGNS && byte !== 44) shape.bytes[shape.length++] = BLANK;
  shape.bytes[shape.length++] = byte;
  shape.last = lastOf(byte);
}

function lastOf(byte: number): number {
  if (byte === 44 || byte === 59) return COMMA;
  return byte === 93 ? CLOSE : JOINT;
}

export function open(shape: Shape): void {
  if (shape.last === SIGNS || shape.last === COMMA || shape.last === CLOSE) shape.bytes[shape.length++] = BLANK;
  if (shape.depth < DEEPEST) shape.opened[shape.depth] = shape.length;
  shape.depth++;
  shape.bytes[shape.length++] = 40;
  shape.last = OPEN;
}

/** Closes a bracket; one that equals the bracket before it in a list is the same row again, and goes. */
export function close(shape: Shape): void {
  shape.bytes[shape.length++] = 41;
  shape.last = CLOSE;
  if (shape.depth === 0) return;
  shape.depth--;
  if (shape.depth >= DEEPEST) return;
  const start = shape.opened[shape.depth] as number;
  const size = shape.length - start;
  const before = start - 2 - size;
  if (before < 0 || shape.bytes[start - 2] !== 44) return;
  for (let i = 0; i < size; i++) if (shape.bytes[before + i] !== shape.bytes[start + i]) return;
  shape.length = start - 2;
}

/** Writes `…` where a statement cannot be read on. */
export function writeCut(shape: Shape): void {
  if (shape.length > 0) shape.bytes[shape.length++] = BLANK;
  shape.bytes.set([0xe2, 0x80, 0xa6], shape.length);
  shape.length += 3;
}

/** The end of a statement does not count: with or without a semicolon. */
export function trimEnd(shape: Shape): void {
  const { bytes } = shape;
  while (shape.length > 0 && (bytes[shape.length - 1] === 59 || bytes[shape.length - 1] === BLANK)) shape.length--;
}

function blankBeforeWord(shape: Shape): void {
  if (shape.last !== NOTHING && shape.last !== OPEN && shape.last !== JOINT) shape.bytes[shape.length++] = BLANK;
}
