import * as layout from '../scanner/layout.ts';
import { createScanner, type Scanner } from '../scanner/scanner.ts';
import { DIGIT, KIND, QUOTE } from './bytes.ts';
import { endOfBlockComment, endOfEscapeString, endOfNumber, endOfString } from './literals.ts';
import { COMMENT, ESCAPE_STRING, NUMBER, STRING, type Slots } from './slots.ts';

const { ARENA, ARENA_BYTES, CHAIN_TABLE, GUEST, LONGEST_STATEMENT, MOST_IN_CHAIN, MOST_TEMPLATES } = layout;
const { PROGRAM, PROGRAM_WORDS, TEMPLATE_BYTES, TEMPLATES } = layout;

/** A log of statements that never come twice makes templates in vain: beyond so many, only each eighth is kept. */
const READILY_ADDED = 1_024;
const ADD_EVERY = 8;
const END = 0;
const BLANK = 32;
const WORD = 4;

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

/** Statements in the memory of the `scanner` are not copied to be found. */
export function createTemplates(scanner = createScanner(0)): Templates {
  return new TemplateStore(scanner);
}

class TemplateStore implements Templates {
  readonly #scanner: Scanner;
  #arenaEnd = ARENA;
  #programEnd = PROGRAM;
  #count = 0;
  #offered = 0;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
    scanner.endOfSlot = (kind, at, end) => endOfSlot(kind, scanner.bytes, at, end);
  }

  find(bytes: Uint8Array, start: number, end: number): number {
    const scanner = this.#scanner;
    if (bytes === scanner.bytes) return scanner.findTemplate(start, end);
    if (end - start > LONGEST_STATEMENT) return -1;
    return scanner.findTemplate(GUEST, this.#invite(bytes, start, end));
  }

  add(bytes: Uint8Array, start: number, end: number, slots: Slots, target: number): void {
    if (!slots.isWhole || end - start > LONGEST_STATEMENT) return;
    if (this.#count >= READILY_ADDED && ++this.#offered % ADD_EVERY !== 0) return;
    if (this.#isFull(end - start, slots.count)) this.#forget();
    const { words } = this.#scanner;
    words.set([this.#arenaEnd, this.#programEnd, target], (TEMPLATES + this.#count * TEMPLATE_BYTES) / WORD);
    this.#count++;
    let at = start;
    for (let i = 0; i < slots.count; i++) {
      this.#addPiece(bytes, at, slots.places[i * 3] as number, slots.places[i * 3 + 2] as number);
      at = slots.places[i * 3 + 1] as number;
    }
    this.#addPiece(bytes, at, end, END);
    const chain = this.#scanner.chainOf(GUEST, this.#invite(bytes, start, end)) / WORD;
    words.copyWithin(chain + 1, chain, chain + MOST_IN_CHAIN - 1);
    words[chain] = this.#count;
  }

  /** Copies a statement to where the scanner sees it, and gives its end there. */
  #invite(bytes: Uint8Array, start: number, end: number): number {
    // What stands right before a literal tells whether it is one.
    this.#scanner.bytes[GUEST - 1] = bytes[start - 1] ?? BLANK;
    this.#scanner.bytes.set(bytes.subarray(start, end), GUEST);
    return GUEST + end - start;
  }

  #addPiece(bytes: Uint8Array, start: number, end: number, kind: number): void {
    this.#scanner.bytes.set(bytes.subarray(start, end), this.#arenaEnd);
    this.#arenaEnd += end - start;
    this.#scanner.words.set([end - start, kind], this.#programEnd / WORD);
    this.#programEnd += 2 * WORD;
  }

  #isFull(size: number, slots: number): boolean {
    const isProgramFull = this.#programEnd + 2 * WORD * (slots + 1) > PROGRAM + PROGRAM_WORDS * WORD;
    return isProgramFull || this.#arenaEnd + size > ARENA + ARENA_BYTES || this.#count >= MOST_TEMPLATES;
  }

  #forget(): void {
    this.#arenaEnd = ARENA;
    this.#programEnd = PROGRAM;
    this.#count = 0;
    this.#scanner.words.fill(0, CHAIN_TABLE / WORD, TEMPLATES / WORD);
  }
}

/** The offset after what stands in a slot whose end is not plain to see, or -1 where something of another kind stands. */
function endOfSlot(kind: number, bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1;
  const first = KIND[bytes[at] as number];
  switch (kind) {
    case NUMBER:
      return first === DIGIT ? endOfNumber(bytes, at, end) : -1;
    case STRING:
      return first === QUOTE ? endOfString(bytes, at, end) : -1;
    case ESCAPE_STRING:
      return first === QUOTE ? endOfEscapeString(bytes, at, end) : -1;
    case COMMENT:
      return bytes[at] === 47 && bytes[at + 1] === 42 ? endOfBlockComment(bytes, at, end) : -1;
    default:
      return -1;
  }
}
