import { Assembler } from '../../core/webassembly/assembler.ts';
import { CRC32C_TABLE_BYTES, crc32cTables, defineCrc32c } from './crc32c.ts';
import { definePageSum, PAGE_BYTES, PAGE_SUM_OFFSETS } from './page.ts';

/** What of WebAssembly is used; Node's types leave it out. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Instance: new (module: object, imports: { host: Record<string, unknown> }) => { readonly exports: unknown };
};

type Sums = {
  crc32c(sum: number, at: number, end: number): number;
  pageSum(at: number, block: number): number;
};

/** A memory in which sums are made; addresses are offsets in it, which the `byteOffset` of a view of it is. */
export type Checksums = Sums & {
  readonly words: Uint32Array;
  /** Room for one page that came in parts. */
  readonly page: Buffer<ArrayBuffer>;
  /** What is to be summed goes into one of these. */
  readonly blocks: readonly Buffer<ArrayBuffer>[];
};

const OFFSETS_AT = CRC32C_TABLE_BYTES;
const PAGE_AT = OFFSETS_AT + 1024;
const FOLD_AT = 32 * 1024;
const BLOCKS_AT = 64 * 1024;
const WASM_PAGE_BYTES = 64 * 1024;

let compiled: object | undefined;

/** A module of WebAssembly for the two sums of PostgreSQL that Node has not: CRC-32C and that of pages. */
export function createChecksums(count: number, blockBytes: number): Checksums {
  compiled ??= new WebAssembly.Module(written());
  const pages = Math.ceil((BLOCKS_AT + count * blockBytes) / WASM_PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(compiled, { host: { memory } });
  const { crc32c, pageSum } = exports as Sums;
  const { buffer } = memory;
  new Int32Array(buffer).set(crc32cTables(), 0);
  new Uint32Array(buffer).set(PAGE_SUM_OFFSETS, OFFSETS_AT / 4);
  const blocks = Array.from({ length: count }, (_, i) => Buffer.from(buffer, BLOCKS_AT + i * blockBytes, blockBytes));
  return { crc32c, pageSum, words: new Uint32Array(buffer), page: Buffer.from(buffer, PAGE_AT, PAGE_BYTES), blocks };
}

function written(): Uint8Array<ArrayBuffer> {
  const assembler = new Assembler();
  defineCrc32c(assembler, 0, FOLD_AT);
  definePageSum(assembler, OFFSETS_AT);
  return assembler.module();
}
