import { KIND } from '../normalise/bytes.ts';
import { Assembler } from '../../core/webassembly/assembler.ts';
import { defineBeginningAt } from './beginnings.ts';
import { defineReadDuration } from './durations.ts';
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

/** What the module exports; where each is defined says what it gives. */
type Searches = {
  indexOf(byte: number, from: number, end: number): number;
  beginningAt(start: number, limit: number): number;
  nextEntry(from: number, end: number): number;
  readDuration(at: number, end: number): number;
  chainOf(start: number, end: number): number;
  findTemplate(start: number, end: number): number;
  endOfPlainSlot(kind: number, at: number, end: number): number;
};

/** A memory and what is searched in it by sixteen bytes at a time. Offsets are of `bytes`, and layout.ts says where what stands. */
export type Scanner = Searches & {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly words: Int32Array;
  readonly floats: Float64Array;
  /** Asked about a slot whose end takes more than a look: the offset after it, or -1. */
  endOfSlot(kind: number, at: number, end: number): number;
};

let compiled: object | undefined;

/** A scanner whose memory has room for so many bytes of a log; what is not used of it takes none. */
export function createScanner(heldBytes: number): Scanner {
  compiled ??= new WebAssembly.Module(written());
  const pages = pagesFor(heldBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const endOfSlot: Scanner['endOfSlot'] = (kind, at, end) => scanner.endOfSlot(kind, at, end);
  const { exports } = new WebAssembly.Instance(compiled, { host: { memory, endOfSlot } });
  const scanner: Scanner = {
    ...(exports as Searches),
    bytes: Buffer.from(memory.buffer),
    words: new Int32Array(memory.buffer),
    floats: new Float64Array(memory.buffer),
    endOfSlot: () => -1,
  };
  scanner.bytes.set(KIND, KINDS);
  return scanner;
}

function written(): Uint8Array<ArrayBuffer> {
  const assembler = new Assembler();
  const endOfSlot = assembler.import('endOfSlot', 3);
  const indexOf = defineIndexOf(assembler);
  const isSame = defineIsSame(assembler);
  defineReadDuration(assembler);
  defineNextEntry(assembler, indexOf, defineBeginningAt(assembler));
  defineFindTemplate(assembler, { indexOf, isSame, endOfSlot });
  return assembler.module();
}
