import type { Assembler } from '../../core/webassembly/assembler.ts';
import {
  add,
  addFloats,
  both,
  byteAt,
  differ,
  divideFloats,
  equal,
  F64,
  float,
  giveBack,
  increase,
  isAtLeast,
  isLess,
  isMore,
  multiplyFloats,
  or,
  putFloat,
  putWord,
  set,
  subtract,
  when,
  whileIs,
  wordAt,
  type Local,
  type Operand,
} from '../../core/webassembly/instructions.ts';
import { DURATION, STATEMENT } from './layout.ts';

const START = Buffer.from('duration: ');
const [DURA, TION, LAST] = [START.readInt32LE(0), START.readInt32LE(4), START.readInt32LE(6)];
const STATEMENT_BYTES = 'statement: '.length;
const EXECUTE_BYTES = 'execute '.length;
const [COLON, BLANK, POINT, ZERO] = [58, 32, 46, 48];
const [LETTER_B, LETTER_E, LETTER_L, LETTER_P, LETTER_S] = [98, 101, 108, 112, 115];

/** What took the time that a message tells; 0: it is about something else. */
export const RUN = 1;
export const PREPARATION = 2;
export const PLAN = 3;
export const ALONE = 4;

/**
 * `readDuration(at, end)`: what took the time in a message like `duration: 1.5 ms  statement: select 1`. DURATION are the
 * milliseconds, and STATEMENT is where the statement begins that was run.
 */
export function defineReadDuration(module: Assembler): void {
  module.define('readDuration', ['at', 'end'], ({ at, end }, local) => {
    const value = local(F64);
    const scale = local(F64);
    return [
      when(isMore(add(at, START.length), end), giveBack(0)),
      when(or(differ(wordAt(at), DURA), or(differ(wordAt(at, 4), TION), differ(wordAt(at, 6), LAST))), giveBack(0)),
      increase(at, START.length),
      set(scale, float(1)),
      ...digits(at, end, value, []),
      when(
        both(isLess(at, end), equal(byteAt(at), POINT)),
        increase(at, 1),
        ...digits(at, end, value, set(scale, multiplyFloats(scale, float(10)))),
      ),
      putFloat(DURATION, divideFloats(value, scale)),
      ...kindAt(at, end),
      giveBack(ALONE),
    ];
  });
}

function digits(at: Local, end: Operand, value: Local, forEach: readonly number[]) {
  const digit = subtract(byteAt(at), ZERO);
  return [
    whileIs(
      both(isLess(at, end), isLess(digit, 10)),
      set(value, addFloats(multiplyFloats(value, float(10)), float(digit))),
      forEach,
      increase(at, 1),
    ),
  ];
}

/** After ` ms  ` stands the word that says what it was, then `: ` or a name and `: `. */
function kindAt(at: Local, end: Local) {
  const first = byteAt(at);
  const isColon = both(equal(byteAt(at), COLON), equal(byteAt(add(at, 1)), BLANK));
  const run = [when(isMore(at, end), set(at, end)), putWord(STATEMENT, at), giveBack(RUN)];
  return [
    increase(at, ' ms  '.length),
    when(isAtLeast(at, end), giveBack(ALONE)),
    when(both(equal(first, LETTER_P), equal(byteAt(add(at, 1)), LETTER_L)), giveBack(PLAN)),
    when(or(equal(first, LETTER_P), equal(first, LETTER_B)), giveBack(PREPARATION)),
    when(equal(first, LETTER_S), increase(at, STATEMENT_BYTES), ...run),
    when(
      equal(first, LETTER_E),
      increase(at, EXECUTE_BYTES),
      whileIs(both(isLess(at, end), equal(isColon, 0)), increase(at, 1)),
      increase(at, 2),
      ...run,
    ),
  ];
}
