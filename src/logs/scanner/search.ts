import type { Assembler, Defined } from '../../core/webassembly/assembler.ts';
import {
  add,
  bitsOf,
  giveBack,
  increase,
  isAtLeast,
  isLess,
  set,
  sixteenAt,
  sixteenDiffer,
  sixteenEqual,
  sixteenOf,
  trailingZeros,
  when,
  whileIs,
} from '../../core/webassembly/instructions.ts';

/** `indexOf(byte, from, end)`: the offset of the first such byte, or `end`. */
export function defineIndexOf(module: Assembler): Defined {
  return module.define('indexOf', ['byte', 'from', 'end'], ({ byte, from, end }, local) => {
    const found = local();
    return [
      whileIs(
        isLess(from, end),
        set(found, bitsOf(sixteenEqual(sixteenAt(from), sixteenOf(byte)))),
        when(found, increase(from, trailingZeros(found)), when(isLess(from, end), giveBack(from)), giveBack(end)),
        increase(from, 16),
      ),
      end,
    ];
  });
}

/** `isSame(a, b, length)`: 1 when the two have the same bytes. */
export function defineIsSame(module: Assembler): Defined {
  return module.define('isSame', ['a', 'b', 'length'], ({ a, b, length }, local) => {
    const at = local();
    const different = local();
    return [
      whileIs(
        isLess(at, length),
        set(different, bitsOf(sixteenDiffer(sixteenAt(add(a, at)), sixteenAt(add(b, at))))),
        when(different, giveBack(isAtLeast(add(at, trailingZeros(different)), length))),
        increase(at, 16),
      ),
      giveBack(1),
    ];
  });
}
