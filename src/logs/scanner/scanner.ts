import { KIND } from '../normalise/bytes.ts';
import { Assembler } from './assembler.ts';
import { defineBeginningAt } from './beginnings.ts';
import { KINDS, pagesFor } from './layout.ts';
import { defineNextEntry } from './next-entry.ts';
import { defineIndexOf, defineIsSame } from './search.ts';
import { defineFindTemplate } from './templates.ts';

/** What of WebAssembly is used; Node's types leave it out. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Instance: new (module: object, imports: { host: Record<string, unknown> }) => { readonly exports: unknown };
};

/** Hears of a slot that the scanner cannot see the end of: the offset after it, or -1. */
type EndOfSlot = (kind: number, at: number, end: number) => number;

/** A memory and what is searched in it by sixteen bytes at a time. All offsets are of `bytes`. */
export type Scanner = {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly words: Int32Array;
  /** Offset of the first such byte from `from`, or `end`. */
  indexOf(byte: number, from: number, end: number): number;
  beginningAt(start: number, limit: number): number;
  nextEntry(from: number, end: number): number;
  chainOf(start: number, end: number): number;
  findTemplate(start: number, end: number): number;
  endOfSlot: EndOfSlot;
};

let module: object | undefined;

/** A scanner whose memory has room for so many bytes of a log; what is not used of it takes none. */
export function createScanner(heldBytes: number): Scanner {
  module ??= new WebAssembly.Module(written());
  const pages = pagesFor(heldBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const bytes = Buffer.from(memory.buffer);
  bytes.set(KIND, KINDS);
  const endOfSlot: EndOfSlot = (kind, at, end) => scanner.endOfSlot(kind, at, end);
  const { exports } = new WebAssembly.Instance(module, { host: { memory, endOfSlot } });
  const functions = exports as Pick<Scanner, 'indexOf' | 'beginningAt' | 'nextEntry' | 'chainOf' | 'findTemplate'>;
  const { indexOf, beginningAt, nextEntry, chainOf, findTemplate } = functions;
  const scanner: Scanner = {
    bytes,
    words: new Int32Array(memory.buffer),
    indexOf,
    beginningAt,
    nextEntry,
    chainOf,
    findTemplate,
    endOfSlot: () => -1,
  };
  return scanner;
}

function written(): Uint8Array<ArrayBuffer> {
  const assembler = new Assembler();
  const endOfSlot = assembler.import('endOfSlot', 3);
  const indexOf = defineIndexOf(assembler);
  const isSame = defineIsSame(assembler);
  defineNextEntry(assembler, indexOf, defineBeginningAt(assembler));
  defineFindTemplate(assembler, { indexOf, isSame, endOfSlot });
  return assembler.module();
}
