import { DOT, LETTER } from '../normalise/bytes.ts';
import { COMMENT, LINE_COMMENT, NUMBER, STRING } from '../normalise/slots.ts';
import type { Assembler, Defined } from '../../core/webassembly/assembler.ts';
import {
  add,
  and,
  both,
  byteAt,
  differ,
  equal,
  giveBack,
  increase,
  isAtLeast,
  isLess,
  not,
  set,
  subtract,
  when,
  whileIs,
  type Operand,
} from '../../core/webassembly/instructions.ts';
import { KINDS } from './layout.ts';

const NEWLINE = 10;
const RETURN = 13;
const SINGLE = 39;
const STAR = 42;
const MINUS = 45;
const POINT = 46;
const SLASH = 47;
const ZERO = 48;
const BACKSLASH = 92;

/** The kind of a byte of a statement. */
export const kindAt = (address: Operand) => byteAt(add(byteAt(address), KINDS));

/**
 * `endOfPlainSlot(kind, at, end)`: the offset after what stands in a slot, or -1 where something of another kind stands. It sees the
 * end of plain numbers, strings and comments, and asks for the end of any other.
 */
export function defineEndOfSlot(module: Assembler, indexOf: Defined, ask: Defined): Defined {
  const endOfDigits = module.define('endOfDigits', ['at', 'end'], ({ at, end }) => [
    whileIs(both(isLess(at, end), isLess(subtract(byteAt(at), ZERO), 10)), increase(at, 1)),
    at,
  ]);
  const plain = [
    [NUMBER, defineEndOfNumber(module, endOfDigits)],
    [STRING, defineEndOfString(module, indexOf)],
    [LINE_COMMENT, defineEndOfLineComment(module, indexOf)],
    [COMMENT, defineEndOfComment(module, indexOf)],
  ] as const;
  return module.define('endOfPlainSlot', ['kind', 'at', 'end'], ({ kind, at, end }, local) => {
    const stop = local();
    const tries = plain.map(([one, endOf]) =>
      when(equal(kind, one), set(stop, endOf(at, end)), when(stop, giveBack(stop))),
    );
    return [...tries, ask(kind, at, end)];
  });
}

/** Digits, with digits after a point, where nothing follows that could belong to the number. Each of these gives 0 when in doubt. */
function defineEndOfNumber(module: Assembler, endOfDigits: Defined): Defined {
  return module.define('endOfPlainNumber', ['at', 'end'], ({ at, end }, local) => {
    const stop = local();
    const decimals = local();
    return [
      set(stop, endOfDigits(at, end)),
      when(equal(stop, at), giveBack(-1)),
      when(
        both(isLess(stop, end), equal(byteAt(stop), POINT)),
        set(decimals, endOfDigits(add(stop, 1), end)),
        when(equal(decimals, add(stop, 1)), giveBack(0)),
        set(stop, decimals),
      ),
      when(isAtLeast(stop, end), giveBack(stop)),
      when(and(differ(kindAt(stop), LETTER), differ(kindAt(stop), DOT)), giveBack(stop)),
      giveBack(0),
    ];
  });
}

/** A string without quotes in it, and without a backslash at its end. */
function defineEndOfString(module: Assembler, indexOf: Defined): Defined {
  return module.define('endOfPlainString', ['at', 'end'], ({ at, end }, local) => {
    const stop = local();
    return [
      when(not(both(isLess(at, end), equal(byteAt(at), SINGLE))), giveBack(-1)),
      set(stop, indexOf(SINGLE, add(at, 1), end)),
      when(isAtLeast(stop, end), giveBack(-1)),
      when(equal(byteAt(subtract(stop, 1)), BACKSLASH), giveBack(-1)),
      increase(stop, 1),
      when(both(isLess(stop, end), equal(byteAt(stop), SINGLE)), giveBack(0)),
      stop,
    ];
  });
}

function defineEndOfLineComment(module: Assembler, indexOf: Defined): Defined {
  return module.define('endOfPlainLineComment', ['at', 'end'], ({ at, end }) => [
    when(not(beginsWith(at, end, MINUS, MINUS)), giveBack(-1)),
    indexOf(RETURN, at, indexOf(NEWLINE, at, end)),
  ]);
}

/** A block comment without a slash in it: there is none within it. */
function defineEndOfComment(module: Assembler, indexOf: Defined): Defined {
  return module.define('endOfPlainComment', ['at', 'end'], ({ at, end }, local) => {
    const slash = local();
    return [
      when(not(beginsWith(at, end, SLASH, STAR)), giveBack(-1)),
      set(slash, indexOf(SLASH, add(at, 2), end)),
      when(isAtLeast(slash, end), giveBack(-1)),
      when(isLess(slash, add(at, 3)), giveBack(0)),
      when(differ(byteAt(subtract(slash, 1)), STAR), giveBack(0)),
      add(slash, 1),
    ];
  });
}

function beginsWith(at: Operand, end: Operand, first: number, second: number) {
  const isFirst = both(isLess(add(at, 1), end), equal(byteAt(at), first));
  return both(isFirst, equal(byteAt(add(at, 1)), second));
}
