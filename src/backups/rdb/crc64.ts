import { Assembler } from '../../core/webassembly/assembler.ts';
import {
  add,
  and,
  byteAt,
  increase,
  isAtLeast,
  isLess,
  or,
  putWord,
  set,
  shiftLeft,
  shiftRight,
  subtract,
  whileIs,
  wordAt,
  xor,
  type Code,
  type Local,
  type Operand,
} from '../../core/webassembly/instructions.ts';

/** What of WebAssembly is used; Node's types leave it out. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Instance: new (module: object, imports: { host: Record<string, unknown> }) => { readonly exports: unknown };
};

/** A memory in which one CRC-64 is made, and the blocks of it into which the bytes go. */
export type Crc64 = {
  /** The sum goes on over these bytes, which lie in one of the blocks. */
  add(bytes: Buffer): void;
  value(): bigint;
  readonly blocks: readonly Buffer<ArrayBuffer>[];
};

/** Jones' polynomial, its bits turned round; the sum begins with 0. https://github.com/redis/redis/blob/7.0/src/crc64.c */
const POLYNOMIAL = { low: 0xac4bc9b5, high: 0x95ac9329 };
/** The sum lies at the beginning of the memory, the tables behind it: for each byte the lower and the higher half. */
const TABLES_AT = 64;
const TABLES = 8;
const TABLE_BYTES = 2048;
const BLOCKS_AT = 32 * 1024;
const WASM_PAGE_BYTES = 64 * 1024;

let compiled: object | undefined;

/** The sum that stands at the end of every RDB, which Node does not have. */
export function createCrc64(count: number, blockBytes: number): Crc64 {
  compiled ??= new WebAssembly.Module(written());
  const pages = Math.ceil((BLOCKS_AT + count * blockBytes) / WASM_PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(compiled, { host: { memory } });
  const { crc64 } = exports as { crc64(at: number, end: number): number };
  const { buffer } = memory;
  new Uint32Array(buffer).set(crc64Tables(), TABLES_AT / 4);
  const sum = new BigUint64Array(buffer, 0, 1);
  return {
    add: ({ byteOffset, length }) => void crc64(byteOffset, byteOffset + length),
    value: () => sum[0] ?? 0n,
    blocks: Array.from({ length: count }, (_, i) => Buffer.from(buffer, BLOCKS_AT + i * blockBytes, blockBytes)),
  };
}

/** What each byte adds to the sum, for each of the eight places at which it can stand. */
function crc64Tables(): Uint32Array {
  const words = new Uint32Array((TABLES * TABLE_BYTES) / 4);
  for (let byte = 0; byte < 256; byte++) {
    let [low, high] = [byte, 0];
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = (low & 1) === 1;
      low = (low >>> 1) | ((high & 1) << 31);
      high >>>= 1;
      if (isOdd) [low, high] = [low ^ POLYNOMIAL.low, high ^ POLYNOMIAL.high];
    }
    words.set([low, high], byte * 2);
  }
  for (let at = 512; at < words.length; at += 2) {
    const [low = 0, high = 0] = words.subarray(at - 512, at - 510);
    const [ofLow = 0, ofHigh = 0] = words.subarray((low & 0xff) * 2, (low & 0xff) * 2 + 2);
    words.set([((low >>> 8) | (high << 24)) ^ ofLow, (high >>> 8) ^ ofHigh], at);
  }
  return words;
}

function written(): Uint8Array<ArrayBuffer> {
  const assembler = new Assembler();
  assembler.define('crc64', ['at', 'end'], ({ at, end }, local) => {
    const [low, high, first, second] = [local(), local(), local(), local()];
    return [
      set(low, wordAt(0)),
      set(high, wordAt(0, 4)),
      whileIs(
        isAtLeast(subtract(end, at), TABLES),
        set(first, xor(low, wordAt(at))),
        set(second, xor(high, wordAt(at, 4))),
        set(low, eight(first, second, 0)),
        set(high, eight(first, second, 4)),
        increase(at, TABLES),
      ),
      whileIs(
        isLess(at, end),
        set(first, shiftLeft(and(xor(low, byteAt(at)), 0xff), 3)),
        set(low, xor(or(shiftRight(low, 8), shiftLeft(high, 24)), from(0, first, 0))),
        set(high, xor(shiftRight(high, 8), from(0, first, 4))),
        increase(at, 1),
      ),
      putWord(0, low),
      putWord(4, high),
      add(low, 0),
    ];
  });
  return assembler.module();
}

/** `half` is 0 for the lower one, 4 for the higher one. */
function from(table: number, index: Operand, half: number): Code {
  return wordAt(index, TABLES_AT + table * TABLE_BYTES + half);
}

function four(word: Local, table: number, half: number): Code {
  return xor(
    xor(from(table + 3, and(shiftLeft(word, 3), 0x7f8), half), from(table + 2, and(shiftRight(word, 5), 0x7f8), half)),
    xor(from(table + 1, and(shiftRight(word, 13), 0x7f8), half), from(table, and(shiftRight(word, 21), 0x7f8), half)),
  );
}

function eight(first: Local, second: Local, half: number): Code {
  return xor(four(first, 4, half), four(second, 0, half));
}
