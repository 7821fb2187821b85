import type { Assembler, Defined } from '../../core/webassembly/assembler.ts';
import {
  add,
  and,
  byteAt,
  increase,
  isAtLeast,
  isLess,
  set,
  shiftLeft,
  shiftRight,
  subtract,
  when,
  whileIs,
  wordAt,
  xor,
  type Code,
  type Operand,
} from '../../core/webassembly/instructions.ts';
import { defineFold, folded, LEAST_FOLDED_BYTES } from './fold.ts';

/** Castagnoli's polynomial, its bits turned round. https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4 */
const POLYNOMIAL = 0x82f63b78;
const TABLES = 16;
const TABLE_BYTES = 1024;

export const CRC32C_TABLE_BYTES = TABLES * TABLE_BYTES;

/** What each byte adds to the sum, for each of the sixteen places at which it can stand. */
export function crc32cTables(): Int32Array {
  const words = new Int32Array(CRC32C_TABLE_BYTES / 4);
  for (let byte = 0; byte < 256; byte++) {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
    words[byte] = sum;
  }
  for (let at = 256; at < words.length; at++) {
    const before = words[at - 256] ?? 0;
    words[at] = (before >>> 8) ^ (words[before & 0xff] ?? 0);
  }
  return words;
}

/** `crc32c(sum, at, end)`: the sum goes on over these bytes; it is turned over neither before nor after. */
export function defineCrc32c(module: Assembler, tables: number, room: number): void {
  const byTables = defineByTables(module, tables);
  const fold = defineFold(module, room);
  module.define('crc32c', ['sum', 'at', 'end'], ({ sum, at, end }) => [
    when(
      isAtLeast(subtract(end, at), LEAST_FOLDED_BYTES),
      set(at, fold(sum, at, end)),
      set(sum, byTables(0, room + folded.at, room + folded.end)),
    ),
    byTables(sum, at, end),
  ]);
}

/** Sixteen bytes at a time. */
function defineByTables(module: Assembler, tables: number): Defined {
  const from = (table: number, index: Operand): Code => wordAt(index, tables + table * TABLE_BYTES);
  const four = (word: Operand, table: number): Code =>
    xor(
      xor(from(table + 3, and(shiftLeft(word, 2), 0x3fc)), from(table + 2, and(shiftRight(word, 6), 0x3fc))),
      xor(from(table + 1, and(shiftRight(word, 14), 0x3fc)), from(table, and(shiftRight(word, 22), 0x3fc))),
    );
  return module.define('crc32cByTables', ['sum', 'at', 'end'], ({ sum, at, end }, local) => {
    // Each word is read once: four reads of it would be as many as of its tables.
    const [first, second, third, fourth] = [local(), local(), local(), local()];
    return [
      whileIs(
        isAtLeast(subtract(end, at), TABLES),
        set(first, xor(sum, wordAt(at))),
        set(second, wordAt(at, 4)),
        set(third, wordAt(at, 8)),
        set(fourth, wordAt(at, 12)),
        set(sum, xor(xor(four(first, 12), four(second, 8)), xor(four(third, 4), four(fourth, 0)))),
        increase(at, TABLES),
      ),
      whileIs(
        isLess(at, end),
        set(sum, xor(shiftRight(sum, 8), from(0, shiftLeft(and(xor(sum, byteAt(at)), 0xff), 2)))),
        increase(at, 1),
      ),
      add(sum, 0),
    ];
  });
}
