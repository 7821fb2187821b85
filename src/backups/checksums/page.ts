import type { Assembler } from '../../core/webassembly/assembler.ts';
import {
  add,
  and,
  fourMultiply,
  fourOf,
  fourShiftRight,
  increase,
  isLess,
  numberOf,
  putWord,
  remainder,
  set,
  sixteenAt,
  sixteenXor,
  V128,
  whileIs,
  wordAt,
  xor,
  type Code,
  type Local,
  type Operand,
} from '../../core/webassembly/instructions.ts';

/** The only size of a page that servers are shipped with. */
export const PAGE_BYTES = 8192;

/**
 * Where the 32 sums of a page begin: src/include/storage/checksum_impl.h, which also says how they are made (FNV-1a with
 * a shift) and put together.
 */
export const PAGE_SUM_OFFSETS = [
  0x5b1f36e9, 0xb8525960, 0x02ab50aa, 0x1de66d2a, 0x79ff467a, 0x9bb9f8a3, 0x217e7cd2, 0x83e13d2c, 0xf8d4474f,
  0xe39eb970, 0x42c6ae16, 0x993216fa, 0x7b093b5d, 0x98daff3c, 0xf718902a, 0x0b1c9cdb, 0xe58f764b, 0x187636bc,
  0x5d7b3bb1, 0xe73de7de, 0x92bec979, 0xcca6c0b2, 0x304a0979, 0x85aa43d4, 0x783125bb, 0x6ca8eaa2, 0xe407eac6,
  0x4b5cfc3e, 0x9fbf8c76, 0x15ca20be, 0xf2ca9fd3, 0x959bd756,
] as const;

const FNV_PRIME = 16_777_619;
const SIXTEENS = 8;
const ROW_BYTES = SIXTEENS * 16;
/** pd_checksum is the lower half of this word, pd_flags the upper one. */
const CHECKSUM_WORD = 8;

/** `pageSum(at, block)`: the checksum that the page should bear as the block of this number in its relation. */
export function definePageSum(module: Assembler, offsets: number): void {
  module.define('pageSum', ['at', 'block'], ({ at, block }, local) => {
    const kept = local();
    const end = local();
    const mixed = local(V128);
    const sums = Array.from({ length: SIXTEENS }, () => local(V128));
    const mix = (sum: Local, value?: Operand): Code => [
      ...set(mixed, value === undefined ? sum : sixteenXor(sum, value)),
      ...set(sum, sixteenXor(fourMultiply(mixed, fourOf(FNV_PRIME)), fourShiftRight(mixed, 17))),
    ];
    const page = add(at, 0);
    return [
      set(kept, wordAt(at, CHECKSUM_WORD)),
      putWord(add(page, CHECKSUM_WORD), and(kept, 0xffff_0000)),
      ...sums.map((sum, i) => set(sum, sixteenAt(offsets, i * 16))),
      set(end, add(at, PAGE_BYTES)),
      whileIs(isLess(at, end), ...sums.map((sum, i) => mix(sum, sixteenAt(at, i * 16))), increase(at, ROW_BYTES)),
      ...sums.flatMap((sum) => [mix(sum), mix(sum)]),
      putWord(add(end, CHECKSUM_WORD - PAGE_BYTES), kept),
      set(
        mixed,
        sums.map((sum): Code => sum).reduce((all, sum) => sixteenXor(all, sum)),
      ),
      add(remainder(xor(fold(mixed), block), 65_535), 1),
    ];
  });
}

function fold(four: Local): Code {
  return xor(xor(numberOf(four, 0), numberOf(four, 1)), xor(numberOf(four, 2), numberOf(four, 3)));
}
