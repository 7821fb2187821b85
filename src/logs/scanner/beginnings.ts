import type { Assembler, Defined } from '../../core/webassembly/assembler.ts';
import {
  add,
  areAllTrue,
  both,
  equal,
  giveBack,
  increase,
  isLess,
  isMore,
  multiply,
  not,
  putWord,
  set,
  sixteenAt,
  sixteenAtMost,
  sixteenSubtract,
  subtract,
  when,
  whileIs,
  wordAt,
} from '../../core/webassembly/instructions.ts';
import { BEGINNING_COUNT, BEGINNING_ORDER } from './layout.ts';

/**
 * `beginningAt(start, limit)`: the number of the known beginning that stands at `start` and ends before `limit`, or -1. One that
 * was found moves before the one that is tried before it.
 */
export function defineBeginningAt(module: Assembler): Defined {
  // Each byte fits that is not lower than the lowest, and not further above it than may be.
  const fits = module.define('fits', ['known', 'at'], ({ known, at }, local) => {
    const stop = local();
    return [
      set(stop, add(known, wordAt(known, 8))),
      whileIs(
        isLess(known, stop),
        when(
          not(areAllTrue(sixteenAtMost(sixteenSubtract(sixteenAt(at), sixteenAt(known, 16)), sixteenAt(known, 32)))),
          giveBack(0),
        ),
        increase(at, 16),
        increase(known, 32),
      ),
      giveBack(1),
    ];
  });
  return module.define('beginningAt', ['start', 'limit'], ({ start, limit }, local) => {
    const place = local();
    const stop = local();
    const known = local();
    return [
      set(place, BEGINNING_ORDER),
      set(stop, add(BEGINNING_ORDER, multiply(wordAt(BEGINNING_COUNT), 4))),
      whileIs(
        isLess(place, stop),
        set(known, wordAt(place)),
        when(
          both(not(isMore(add(start, wordAt(known)), limit)), fits(known, start)),
          when(not(equal(place, BEGINNING_ORDER)), [
            ...putWord(place, wordAt(subtract(place, 4))),
            ...putWord(subtract(place, 4), known),
          ]),
          giveBack(wordAt(known, 4)),
        ),
        increase(place, 4),
      ),
      giveBack(-1),
    ];
  });
}
