import { DIGIT, DOLLAR, DOT, KIND, LETTER, QUOTE } from './bytes.ts';
import { endOfBlockComment, endOfEscapeString, endOfLineComment, endOfNumber, endOfString } from './literals.ts';
import { isSame, viewOf } from '../view.ts';
import { COMMENT, ESCAPE_STRING, LINE_COMMENT, NUMBER, STRING, type Slots } from './slots.ts';

/** Two statements that agree in so many first bytes without their literals are tried one after the other. */
const KEY_BYTES = 32;
const CHAINS = 4_096;
const MOST_IN_CHAIN = 8;
const ARENA_BYTES = 4 * 1024 * 1024;
const PROGRAM_LENGTH = 1024 * 1024;
const MOST_TEMPLATES = 16_384;
/** Statements longer than this come rarely twice. */
const LONGEST = 64 * 1024;
/** A log of statements that never come twice makes templates in vain: beyond so many, only each eighth is kept. */
const READILY_ADDED = 1_024;
const ADD_EVERY = 8;
const END = 0;

/**
 * Statements as they are written, without their literals: one that is the same but for its literals has the same shape and need
 * not be folded. A template is what stands between the slots, byte for byte, and the kind of each slot; a literal that ends where
 * its own rules say, between bytes that are the same, leads the normaliser through the same steps. No literal is kept.
 */
export type Templates = {
  /** The target of the template that the statement in `bytes` from `start` to `end` is of, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number;
  /** May keep a statement that was not found, with the slots that the normaliser saw in it. */
  add(bytes: Uint8Array, start: number, end: number, slots: Slots, target: number): void;
};

export function createTemplates(): Templates {
  return new TemplateStore();
}

class TemplateStore implements Templates {
  readonly #arena = new Uint8Array(ARENA_BYTES);
  readonly #arenaView = new DataView(this.#arena.buffer);
  #arenaEnd = 0;
  /** For each template: length of a piece, kind of the slot after it, and so on; the last kind is END. */
  readonly #program = new Int32Array(PROGRAM_LENGTH);
  #programEnd = 0;
  readonly #pieceStart = new Int32Array(MOST_TEMPLATES);
  readonly #programStart = new Int32Array(MOST_TEMPLATES);
  readonly #targets = new Int32Array(MOST_TEMPLATES);
  #count = 0;
  #offered = 0;
  /** The templates of each chain plus one, the one that matched last first. */
  readonly #chains = new Int32Array(CHAINS * MOST_IN_CHAIN);
  find(bytes: Uint8Array, start: number, end: number): number {
    const chain = chainOf(bytes, start, end);
    const chains = this.#chains;
    for (let i = chain; i < chain + MOST_IN_CHAIN; i++) {
      const template = (chains[i] as number) - 1;
      if (template < 0) return -1;
      if (!this.#matches(template, bytes, start, end)) continue;
      if (i > chain) {
        chains[i] = chains[i - 1] as number;
        chains[i - 1] = template + 1;
      }
      return this.#targets[template] as number;
    }
    return -1;
  }

  add(bytes: Uint8Array, start: number, end: number, slots: Slots, target: number): void {
    if (!slots.isWhole || end - start > LONGEST) return;
    if (this.#count >= READILY_ADDED && ++this.#offered % ADD_EVERY !== 0) return;
    if (this.#isFull(end - start, slots.count)) this.#forget();
    const template = this.#count++;
    this.#pieceStart[template] = this.#arenaEnd;
    this.#programStart[template] = this.#programEnd;
    this.#targets[template] = target;
    let at = start;
    for (let i = 0; i < slots.count; i++) {
      this.#addPiece(bytes, at, slots.places[i * 3] as number, slots.places[i * 3 + 2] as number);
      at = slots.places[i * 3 + 1] as number;
    }
    this.#addPiece(bytes, at, end, END);
    const chain = chainOf(bytes, start, end);
    this.#chains.copyWithin(chain + 1, chain, chain + MOST_IN_CHAIN - 1);
    this.#chains[chain] = template + 1;
  }

  #addPiece(bytes: Uint8Array, start: number, end: number, kind: number): void {
    this.#arena.set(bytes.subarray(start, end), this.#arenaEnd);
    this.#arenaEnd += end - start;
    this.#program[this.#programEnd++] = end - start;
    this.#program[this.#programEnd++] = kind;
  }

  #isFull(size: number, slots: number): boolean {
    const isProgramFull = this.#programEnd + 2 * (slots + 1) > PROGRAM_LENGTH;
    return isProgramFull || this.#arenaEnd + size > ARENA_BYTES || this.#count >= MOST_TEMPLATES;
  }

  #forget(): void {
    this.#arenaEnd = 0;
    this.#programEnd = 0;
    this.#count = 0;
    this.#chains.fill(0);
  }

  // One loop over pieces and slots, four bytes at a time: most statements of a log are read here and nowhere else.
  #matches(template: number, bytes: Uint8Array, start: number, end: number): boolean {
    const program = this.#program;
    const arena = this.#arenaView;
    const view = viewOf(bytes);
    let place = this.#programStart[template] as number;
    let piece = this.#pieceStart[template] as number;
    let at = start;
    for (;;) {
      const stop = at + (program[place] as number);
      if (stop > end) return false;
      if (!isSame(view, at, arena, piece, stop - at)) return false;
      piece += stop - at;
      at = stop;
      const kind = program[place + 1] as number;
      if (kind === END) return at === end;
      place += 2;
      at = endOfSlot(kind, bytes, at, end);
      if (at < 0) return false;
    }
  }
}

/** The offset after what stands in a slot, or -1 where something of another kind stands. */
function endOfSlot(kind: number, bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1;
  const first = bytes[at] as number;
  switch (kind) {
    case NUMBER:
      return KIND[first] === DIGIT ? endOfPlainNumber(bytes, at, end) : -1;
    case STRING:
      return KIND[first] === QUOTE ? endOfString(bytes, at, end) : -1;
    case ESCAPE_STRING:
      return KIND[first] === QUOTE ? endOfEscapeString(bytes, at, end) : -1;
    case COMMENT:
      return first === 47 && bytes[at + 1] === 42 ? endOfBlockComment(bytes, at, end) : -1;
    case LINE_COMMENT:
      return first === 45 && bytes[at + 1] === 45 && at + 1 < end ? endOfLineComment(bytes, at, end) : -1;
    default:
      return -1;
  }
}

function endOfPlainNumber(bytes: Uint8Array, at: number, end: number): number {
  let stop = at + 1;
  while (stop < end && (bytes[stop] as number) >= 48 && (bytes[stop] as number) <= 57) stop++;
  const kind = stop < end ? KIND[bytes[stop] as number] : 0;
  return kind === LETTER || kind === DOT ? endOfNumber(bytes, at, end) : stop;
}

/** Where the chain of a statement begins: a hash of its first bytes up to a literal. */
function chainOf(bytes: Uint8Array, start: number, end: number): number {
  const view = viewOf(bytes);
  const stop = Math.min(end, start + KEY_BYTES);
  let hash = 0x811c9dc5 | 0;
  for (let at = start; at + 4 <= stop; at += 4) {
    const word = view.getInt32(at);
    if (mayHoldLiteral(word) && holdsLiteral(bytes, at)) break;
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 13;
  }
  return (hash & (CHAINS - 1)) * MOST_IN_CHAIN;
}

/** Whether a byte of the word may be a digit or a quote: bit 5 and 4 are set in digits, and no bit but them and the low four. */
function mayHoldLiteral(word: number): boolean {
  const digits = word ^ 0x30303030;
  const quotes = word ^ 0x27272727;
  const hasDigit = ((digits & 0x7f7f7f7f) + 0x76767676) | digits;
  const hasQuote = ((quotes & 0x7f7f7f7f) + 0x7f7f7f7f) | quotes;
  return (~(hasDigit & hasQuote) & 0x80808080) !== 0;
}

/** Whether one of four bytes begins a literal: a digit in a name does not. */
function holdsLiteral(bytes: Uint8Array, at: number): boolean {
  for (let i = at; i < at + 4; i++) {
    const kind = KIND[bytes[i] as number];
    if (kind === QUOTE) return true;
    if (kind === DIGIT && !isOfWord(KIND[bytes[i - 1] as number] as number)) return true;
  }
  return false;
}

function isOfWord(kind: number): boolean {
  return kind === LETTER || kind === DIGIT || kind === DOLLAR;
}
