import { BLANK, DIGIT, DOLLAR, DOT, DOUBLE_QUOTE, KIND, LETTER, OPERATOR, QUOTE } from './bytes.ts';
import { hashOf } from './hash.ts';
import { endOfBlockComment, endOfDollarString, endOfEscapeString, endOfLineComment } from './literals.ts';
import { endOfName, endOfNumber, endOfString } from './literals.ts';
import { endOfOperator } from './operators.ts';
import { foldSetting } from './settings.ts';
import * as shapes from './shape.ts';
import type { Shape } from './shape.ts';
import { takesSign } from './signs.ts';
import {
  addSlot,
  clearSlots,
  COMMENT,
  emptySlots,
  ESCAPE_STRING,
  LINE_COMMENT,
  NUMBER,
  STRING,
  type Slots,
} from './slots.ts';

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
  /** Where its literals and comments stand. */
  readonly slots: Slots;
};

type Reading = { shape: Shape; commentStart: number; commentEnd: number; slots: Slots };

export function createNormaliser(): Normaliser {
  const shape = shapes.emptyShape();
  const reading: Reading = { shape, commentStart: -1, commentEnd: -1, slots: emptySlots() };
  return {
    slots: reading.slots,
    fold(bytes, start, end) {
      shapes.clear(shape);
      clearSlots(reading.slots);
      reading.commentStart = -1;
      let at = start;
      while (at >= 0 && at < end) {
        if (shape.length >= shapes.LONGEST_SHAPE) at = -1;
        else at = pieceAt(reading, bytes, at, end);
      }
      if (at < 0) {
        shapes.writeCut(shape);
        reading.slots.isWhole = false;
      }
      shapes.trimEnd(shape);
      foldSetting(shape);
      return hashOf(shape.bytes, shape.length);
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
      return wordAt(reading, bytes, at, end);
    case DIGIT:
      return literal(reading, at, endOfNumber(bytes, at, end), NUMBER);
    case QUOTE:
      return literal(reading, at, endOfString(bytes, at, end), STRING);
    case DOUBLE_QUOTE:
      return nameAt(reading.shape, bytes, at, end);
    case DOLLAR:
      return dollarAt(reading, bytes, at, end);
    case OPERATOR:
      return operatorAt(reading, bytes, at, end);
    case DOT:
      return dotAt(reading, bytes, at, end);
    default:
      return signAt(reading.shape, bytes[at] as number, at);
  }
}

function literal(reading: Reading, at: number, stop: number, kind: number): number {
  shapes.writeLiteral(reading.shape);
  addSlot(reading.slots, at, stop, kind);
  return stop;
}

function wordAt(reading: Reading, bytes: Uint8Array, at: number, end: number): number {
  const next = at + 1 < end ? bytes[at + 1] : 0;
  if (next === 39 || next === 38) {
    const stop = markedAt(reading, bytes, at, end);
    if (stop !== at) return stop;
  }
  let stop = at + 1;
  while (stop < end && isWord(KIND[bytes[stop] as number] as number)) stop++;
  shapes.writeWord(reading.shape, bytes, at, stop);
  return stop;
}

/** A literal or a name with letters before its quote: E'', B'', X'', N'', U&'' and U&"". Gives `at` when it is none. */
function markedAt(reading: Reading, bytes: Uint8Array, at: number, end: number): number {
  const letter = (bytes[at] as number) | 32;
  if (bytes[at + 1] === 39) {
    if (letter === 101) return literal(reading, at + 1, endOfEscapeString(bytes, at + 1, end), ESCAPE_STRING);
    const isMark = letter === 98 || letter === 120 || letter === 110;
    return isMark ? literal(reading, at + 1, endOfString(bytes, at + 1, end), STRING) : at;
  }
  if (letter !== 117 || at + 2 >= end) return at;
  if (bytes[at + 2] === 39) return literal(reading, at + 2, endOfString(bytes, at + 2, end), STRING);
  return bytes[at + 2] === 34 ? nameAt(reading.shape, bytes, at + 2, end) : at;
}

function isWord(kind: number): boolean {
  return kind === LETTER || kind === DIGIT || kind === DOLLAR;
}

function nameAt(shape: Shape, bytes: Uint8Array, at: number, end: number): number {
  const stop = endOfName(bytes, at, end);
  if (stop > 0) shapes.writeName(shape, bytes, at, stop);
  return stop;
}

function dollarAt(reading: Reading, bytes: Uint8Array, at: number, end: number): number {
  let stop = at + 1;
  while (stop < end && KIND[bytes[stop] as number] === DIGIT) stop++;
  if (stop > at + 1) {
    // A parameter says nothing of a value, so its place is no slot.
    shapes.writeLiteral(reading.shape);
    return stop;
  }
  const closed = endOfDollarString(bytes, at, end);
  return closed === at ? signAt(reading.shape, 36, at) : rareLiteral(reading, closed);
}

function rareLiteral(reading: Reading, stop: number): number {
  shapes.writeLiteral(reading.shape);
  reading.slots.isWhole = false;
  return stop;
}

function dotAt(reading: Reading, bytes: Uint8Array, at: number, end: number): number {
  const joins = reading.shape.last === shapes.WORD || reading.shape.last === shapes.CLOSE;
  const isNumber = !joins && at + 1 < end && KIND[bytes[at + 1] as number] === DIGIT;
  return isNumber ? rareLiteral(reading, endOfNumber(bytes, at, end)) : signAt(reading.shape, 46, at);
}

function signAt(shape: Shape, byte: number, at: number): number {
  if (byte === 40) shapes.open(shape);
  else if (byte === 41) shapes.close(shape);
  else shapes.writeJoint(shape, byte);
  return at + 1;
}

function operatorAt(reading: Reading, bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 < end && bytes[at] === 45 && bytes[at + 1] === 45) {
    const stop = endOfLineComment(bytes, at, end);
    addSlot(reading.slots, at, stop, LINE_COMMENT);
    return stop;
  }
  if (at + 1 < end && bytes[at] === 47 && bytes[at + 1] === 42) return commentAt(reading, bytes, at, end);
  const stop = endOfOperator(bytes, at, end);
  if (stop === at + 1 && takesSign(reading.shape, bytes, at, end)) return stop;
  shapes.writeOperator(reading.shape, bytes, at, stop);
  return stop;
}

function commentAt(reading: Reading, bytes: Uint8Array, at: number, end: number): number {
  const stop = endOfBlockComment(bytes, at, end);
  addSlot(reading.slots, at, stop, COMMENT);
  if (stop > 0) {
    reading.commentStart = at;
    reading.commentEnd = stop;
  }
  return stop;
}
