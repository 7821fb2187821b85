import type { Assembler, Defined } from '../../core/webassembly/assembler.ts';
import {
  add,
  fourOf,
  increase,
  isAtLeast,
  isLess,
  putSixteen,
  putWord,
  set,
  sixteenAt,
  sixteenXor,
  subtract,
  whileIs,
  type Code,
  type Local,
} from '../../core/webassembly/instructions.ts';

/**
 * Castagnoli's polynomial divides 1 + y¹⁴ + y³⁹ + y⁵⁴ + y¹⁴⁴ + y²⁰⁹, the lowest such sum of six, in y = x and so in y = x¹²⁸, since
 * squaring a polynomial of bits squares each of its terms. So sixteen bytes may be taken away where they are added to those that follow
 * by these distances, and the sum of all stays the same: with no table, and no product of polynomials, which WebAssembly has not.
 * https://arxiv.org/abs/2412.16398
 */
const DISTANCES = [209, 209 - 14, 209 - 39, 209 - 54, 209 - 144] as const;
const SIXTEEN = 16;
/** How far what is taken away reaches. */
const REACH_BYTES = DISTANCES[0] * SIXTEEN;
const STRIP_BYTES = 1024 * SIXTEEN;
const AT_ONCE = 4;

/** What is taken away in one strip, behind what was in the one before. */
const LAST_AT = REACH_BYTES + STRIP_BYTES;

/** Less is not folded. */
export const LEAST_FOLDED_BYTES = REACH_BYTES + STRIP_BYTES;

/** What came of folding stands here, in the room for it. */
export const folded = { at: LAST_AT, end: LAST_AT + REACH_BYTES } as const;

/**
 * `fold(sum, at, end)`: takes what is there from `at` on away, strip by strip, at least one; `sum` is the one before it. Gives back up to
 * where the bytes are done when the sum of `folded`, from 0, is known. The bytes themselves stay as they are.
 */
export function defineFold(module: Assembler, room: number): Defined {
  const added = (to: Code, place: Local, further: number): Code =>
    DISTANCES.reduce<Code>(
      (all, distance) => sixteenXor(all, sixteenAt(place, REACH_BYTES - distance * SIXTEEN + further)),
      to,
    );
  return module.define('fold', ['sum', 'at', 'end'], ({ sum, at, end }, local) => {
    const [place, stop] = [local(), local()];
    const clear = (from: number): Code[] => [
      set(place, room + from),
      whileIs(isLess(place, room + from + REACH_BYTES), putSixteen(place, fourOf(0)), increase(place, SIXTEEN)),
    ];
    const steps = Array.from({ length: AT_ONCE }, (_, i) => i * SIXTEEN);
    return [
      ...clear(0),
      putWord(room, sum),
      whileIs(
        isAtLeast(subtract(end, at), LEAST_FOLDED_BYTES),
        set(place, room),
        set(stop, add(at, STRIP_BYTES)),
        whileIs(
          isLess(at, stop),
          ...steps.map((step) => putSixteen(place, added(sixteenAt(at, step), place, step), REACH_BYTES + step)),
          increase(at, AT_ONCE * SIXTEEN),
          increase(place, AT_ONCE * SIXTEEN),
        ),
        set(place, room),
        whileIs(
          isLess(place, room + REACH_BYTES),
          putSixteen(place, sixteenAt(place, STRIP_BYTES)),
          increase(place, SIXTEEN),
        ),
      ),
      ...clear(REACH_BYTES),
      set(place, room),
      set(stop, add(at, REACH_BYTES)),
      whileIs(
        isLess(at, stop),
        putSixteen(place, added(sixteenAt(at), place, 0), LAST_AT),
        increase(at, SIXTEEN),
        increase(place, SIXTEEN),
      ),
      add(at, 0),
    ];
  });
}
