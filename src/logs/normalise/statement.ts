import { BLANK, DIGIT, DOLLAR, DOT, DOUBLE_QUOTE, KIND, LETTER, OPERATOR, QUOTE } from './bytes.ts';
import { endOfBlockComment, endOfDollarString, endOfEscapeString, endOfLineComment } from './literals.ts';
import { endOfName, endOfNumber, endOfString } from './literals.ts';
import * as shapes from './shape.ts';
import type { Shape } from './shape.ts';
import { takesSign } from './signs.ts';

/** Folds statements into their shapes, one after the other, and makes no string for it. */
export type Normaliser = {
  /**
   * Reads the statement in `bytes` from `start` to `end` and gives the hash of its shape: an integer of 53 bits. Literals and
   * parameters become `?`, comments go, white space and the case of words do not count, lists of literals and equal rows are one.
   */
  fold(bytes: Uint8Array, start: number, end: number): number;
  /** The shape that was folded last; where the statement could not be read on it ends with `…`. */
  text(): string;
  /** Where the last block comment of that statement stands, or undefined. It may carry the tags of sqlcommenter. */
  comment(): { start: number; end: number } | undefined;
};

type Reading = { shape: Shape; commentStart: number; commentEnd: number };

export function createNormaliser(): Normaliser {
  const shape = shapes.emptyShape();
  const reading: Reading = { shape, commentStart: -1, commentEnd: -1 };
  return {
    fold(bytes, start, end) {
      shapes.clear(shape);
      reading.commentStart = -1;
      let at = start;
      while (at >= 0 && at < end) {
        if (shape.length >= shapes.LONGEST_SHAPE) at = -1;
        else at = pieceAt(reading, bytes, at, end);
      }
      if (at < 0) shapes.writeCut(shape);
      trimEnd(shape);
      return hashOf(shape);
    },
    text: () => Buffer.from(shape.bytes.buffer, 0, shape.length).toString('utf8'),
    comment: () => (reading.commentStart < 0 ? undefined : { start: reading.commentStart, end: reading.commentEnd }),
  };
}

/** Reads one piece and gives the offset after it, or -1 where the statement cannot be read on. */
function pieceAt(reading: Reading, bytes: Uint8Array, at: number, end: number): number {
  switch (KIND[bytes[at] as number]) {
    case BLANK:
      return at + 1;
    case LETTER:
      return wordAt(reading.shape, bytes, at, end);
    case DIGIT:
      return literal(reading.shape, endOfNumber(bytes, at, end));
    case QUOTE:
      return literal(reading.shape, endOfString(bytes, at, end));
    case DOUBLE_QUOTE:
      return nameAt(reading.shape, bytes, at, end);
    case DOLLAR:
      return dollarAt(reading.shape, bytes, at, end);
    case OPERATOR:
      return operatorAt(reading, bytes, at, end);
    case DOT:
      return dotAt(reading.shape, bytes, at, end);
    default:
      return signAt(reading.shape, bytes[at] as number, at);
  }
}

function literal(shape: Shape, stop: number): number {
  shapes.writeLiteral(shape);
  return stop;
}

function wordAt(shape: Shape, bytes: Uint8Array, at: number, end: number): number {
  const next = at + 1 < end ? bytes[at + 1] : 0;
  if (next === 39 || next === 38) {
    const stop = markedAt(shape, bytes, at, end);
    if (stop !== at) return stop;
  }
  let stop = at + 1;
  while (stop < end && isWord(KIND[bytes[stop] as number] as number)) stop++;
  shapes.writeWord(shape, bytes, at, stop);
  return stop;
}

/** A literal or a name with letters before its quote: E'', B'', X'', N'', U&'' and U&"". Gives `at` when it is none. */
function markedAt(shape: Shape, bytes: Uint8Array, at: number, end: number): number {
  const letter = (bytes[at] as number) | 32;
  if (bytes[at + 1] === 39) {
    if (letter === 101) return literal(shape, endOfEscapeString(bytes, at + 1, end));
    return letter === 98 || letter === 120 || letter === 110 ? literal(shape, endOfString(bytes, at + 1, end)) : at;
  }
  if (letter !== 117 || at + 2 >= end) return at;
  if (bytes[at + 2] === 39) return literal(shape, endOfString(bytes, at + 2, end));
  return bytes[at + 2] === 34 ? nameAt(shape, bytes, at + 2, end) : at;
}

function isWord(kind: number): boolean {
  return kind === LETTER || kind === DIGIT || kind === DOLLAR;
}

function nameAt(shape: Shape, bytes: Uint8Array, at: number, end: number): number {
  const stop = endOfName(bytes, at, end);
  if (stop > 0) shapes.writeName(shape, bytes, at, stop);
  return stop;
}

function dollarAt(shape: Shape, bytes: Uint8Array, at: number, end: number): number {
  let stop = at + 1;
  while (stop < end && KIND[bytes[stop] as number] === DIGIT) stop++;
  if (stop > at + 1) return literal(shape, stop);
  const closed = endOfDollarString(bytes, at, end);
  if (closed === at) return signAt(shape, 36, at);
  return literal(shape, closed);
}

function dotAt(shape: Shape, bytes: Uint8Array, at: number, end: number): number {
  const joins = shape.last === shapes.WORD || shape.last === shapes.CLOSE;
  if (!joins && at + 1 < end && KIND[bytes[at + 1] as number] === DIGIT)
    return literal(shape, endOfNumber(bytes, at, end));
  return signAt(shape, 46, at);
}

function signAt(shape: Shape, byte: number, at: number): number {
  if (byte === 40) shapes.open(shape);
  else if (byte === 41) shapes.close(shape);
  else shapes.writeJoint(shape, byte);
  return at + 1;
}

function operatorAt(reading: Reading, bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 < end && bytes[at] === 45 && bytes[at + 1] === 45) return endOfLineComment(bytes, at, end);
  if (at + 1 < end && bytes[at] === 47 && bytes[at + 1] === 42) return commentAt(reading, bytes, at, end);
  const stop = endOfOperator(bytes, at, end);
  if (stop === at + 1 && takesSign(reading.shape, bytes, at, end)) return stop;
  shapes.writeOperator(reading.shape, bytes, at, stop);
  return stop;
}

function commentAt(reading: Reading, bytes: Uint8Array, at: number, end: number): number {
  const stop = endOfBlockComment(bytes, at, end);
  if (stop > 0) {
    reading.commentStart = at;
    reading.commentEnd = stop;
  }
  return stop;
}

/** The longest run of signs, but for a comment that begins in it and for `+` and `-` at its end, unless a rare sign is in it. */
function endOfOperator(bytes: Uint8Array, at: number, end: number): number {
  let stop = at;
  while (stop < end && KIND[bytes[stop] as number] === OPERATOR) {
    if (stop > at && beginsComment(bytes[stop] as number, bytes[stop + 1] as number)) break;
    stop++;
  }
  while (stop > at + 1 && isPlusOrMinus(bytes[stop - 1] as number) && !hasRareSign(bytes, at, stop)) stop--;
  return stop;
}

function isPlusOrMinus(byte: number): boolean {
  return byte === 43 || byte === 45;
}

const COMMON = new Set(Buffer.from('+-*/<>='));

function hasRareSign(bytes: Uint8Array, at: number, stop: number): boolean {
  // Longer operators than names there are none; a run of signs must not be read again and again.
  for (let i = at; i < Math.min(stop, at + 63); i++) if (!COMMON.has(bytes[i] as number)) return true;
  return false;
}

function beginsComment(byte: number, next: number): boolean {
  return (byte === 45 && next === 45) || (byte === 47 && next === 42);
}

function trimEnd(shape: Shape): void {
  while (shape.length > 0 && (shape.bytes[shape.length - 1] === 59 || shape.bytes[shape.length - 1] === 32))
    shape.length--;
}

/** Two hashes of 32 bits in one pass, of which 53 bits stay: an integer that a number holds. */
function hashOf(shape: Shape): number {
  let high = 0x811c9dc5 | 0;
  let low = 0x01234567;
  const { bytes, length } = shape;
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] as number;
    high = Math.imul(high ^ byte, 0x01000193);
    low = (Math.imul(low ^ byte, 0x85ebca6b) + 0x9e37) | 0;
  }
  return (high >>> 0) * 2_097_152 + (low >>> 11);
}
