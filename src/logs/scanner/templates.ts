import { DIGIT, DOLLAR, LETTER, QUOTE } from '../normalise/bytes.ts';
import type { Assembler, Defined } from '../../core/webassembly/assembler.ts';
import {
  add,
  and,
  both,
  differ,
  equal,
  giveBack,
  increase,
  isLess,
  isMore,
  isNegative,
  multiply,
  not,
  or,
  putWord,
  set,
  shiftRight,
  subtract,
  when,
  whileIs,
  wordAt,
  xor,
  type Operand,
} from '../../core/webassembly/instructions.ts';
import { CHAIN_TABLE, CHAINS, MOST_IN_CHAIN, TEMPLATE_BYTES, TEMPLATES } from './layout.ts';
import { defineEndOfSlot, kindAt } from './slots.ts';

/** Two statements that agree in so many first bytes without their literals are tried one after the other. */
const KEY_BYTES = 32;
const CHAIN_BYTES = MOST_IN_CHAIN * 4;

/**
 * `findTemplate(start, end)`: the target of the template that the statement is of, or -1. `endOfSlot(kind, at, end)` knows the slots
 * whose ends take more than a look.
 */
export function defineFindTemplate(
  module: Assembler,
  known: { indexOf: Defined; isSame: Defined; endOfSlot: Defined },
) {
  const chainOf = defineChainOf(module);
  const matches = defineMatches(module, known.isSame, defineEndOfSlot(module, known.indexOf, known.endOfSlot));
  module.define('findTemplate', ['start', 'end'], ({ start, end }, local) => {
    const place = local();
    const first = local();
    const template = local();
    return [
      set(first, chainOf(start, end)),
      set(place, first),
      whileIs(
        isLess(place, add(first, CHAIN_BYTES)),
        set(template, wordAt(place)),
        when(not(template), giveBack(-1)),
        when(
          matches(template, start, end),
          when(isMore(place, first), [
            ...putWord(place, wordAt(subtract(place, 4))),
            ...putWord(subtract(place, 4), template),
          ]),
          giveBack(wordAt(add(TEMPLATES - TEMPLATE_BYTES, multiply(template, TEMPLATE_BYTES)), 8)),
        ),
        increase(place, 4),
      ),
      giveBack(-1),
    ];
  });
}

/** One loop over pieces and slots: most statements of a log are read here and nowhere else. */
function defineMatches(module: Assembler, isSame: Defined, endOfSlot: Defined): Defined {
  return module.define('matches', ['template', 'start', 'end'], ({ template, start, end }, local) => {
    const piece = local();
    const program = local();
    const length = local();
    const kind = local();
    return [
      set(template, add(TEMPLATES - TEMPLATE_BYTES, multiply(template, TEMPLATE_BYTES))),
      set(piece, wordAt(template)),
      set(program, wordAt(template, 4)),
      whileIs(
        1,
        set(length, wordAt(program)),
        when(isMore(add(start, length), end), giveBack(0)),
        when(not(isSame(start, piece, length)), giveBack(0)),
        increase(piece, length),
        increase(start, length),
        set(kind, wordAt(program, 4)),
        when(not(kind), giveBack(equal(start, end))),
        increase(program, 8),
        set(start, endOfSlot(kind, start, end)),
        when(isNegative(start), giveBack(0)),
      ),
      giveBack(0),
    ];
  });
}

/** `chainOf(start, end)`: where the chain of a statement begins, by a hash of its first bytes up to a literal. */
function defineChainOf(module: Assembler): Defined {
  const holdsLiteral = defineHoldsLiteral(module);
  return module.define('chainOf', ['start', 'end'], ({ start, end }, local) => {
    const at = local();
    const stop = local();
    const hash = local();
    const chain = add(multiply(and(hash, CHAINS - 1), CHAIN_BYTES), CHAIN_TABLE);
    return [
      set(at, start),
      set(stop, add(start, KEY_BYTES)),
      when(isLess(end, stop), set(stop, end)),
      set(hash, 0x811c9dc5),
      whileIs(
        not(isMore(add(at, 4), stop)),
        when(both(mayHoldLiteral(wordAt(at)), holdsLiteral(at)), giveBack(chain)),
        set(hash, multiply(xor(hash, wordAt(at)), 0x01000193)),
        set(hash, xor(hash, shiftRight(hash, 13))),
        increase(at, 4),
      ),
      chain,
    ];
  });
}

/** Whether a byte of the word may be a digit or a quote: bit 5 and 4 are set in digits, and no bit but them and the low four. */
function mayHoldLiteral(word: Operand) {
  const digits = xor(word, 0x30303030);
  const quotes = xor(word, 0x27272727);
  const hasDigit = or(add(and(digits, 0x7f7f7f7f), 0x76767676), digits);
  const hasQuote = or(add(and(quotes, 0x7f7f7f7f), 0x7f7f7f7f), quotes);
  return differ(and(and(hasDigit, hasQuote), 0x80808080), 0x80808080);
}

/** Whether one of four bytes begins a literal: a digit in a name does not. */
function defineHoldsLiteral(module: Assembler): Defined {
  return module.define('holdsLiteral', ['at'], ({ at }, local) => {
    const stop = local();
    const before = local();
    return [
      set(stop, add(at, 4)),
      whileIs(
        isLess(at, stop),
        when(equal(kindAt(at), QUOTE), giveBack(1)),
        when(
          equal(kindAt(at), DIGIT),
          set(before, kindAt(subtract(at, 1))),
          when(not(or(equal(before, LETTER), or(equal(before, DIGIT), equal(before, DOLLAR)))), giveBack(1)),
        ),
        increase(at, 1),
      ),
      giveBack(0),
    ];
  });
}
