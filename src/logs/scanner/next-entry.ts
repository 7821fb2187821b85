import type { Assembler, Defined } from '../../core/webassembly/assembler.ts';
import {
  add,
  byteAt,
  giveBack,
  increase,
  isMore,
  putWord,
  set,
  when,
  whileIs,
} from '../../core/webassembly/instructions.ts';
import { FIRSTS, LINES_PASSED, LONGEST_PREFIX, NEXT_LINE } from './layout.ts';

const NEWLINE = 10;

/**
 * `nextEntry(from, end)`: passes the lines that cannot begin an entry, and gives the number of the known beginning of the first one
 * that can, or -1 when it is none of the known. NEXT_LINE is where that line begins, or 0 when there is none; a line whose first
 * bytes may not be there yet is one that can. LINES_PASSED are those that ended before it.
 */
export function defineNextEntry(module: Assembler, indexOf: Defined, beginningAt: Defined): void {
  module.define('nextEntry', ['from', 'end'], ({ from, end }, local) => {
    const line = local();
    const passed = local();
    const leave = (found: number | readonly number[]) => [
      ...putWord(NEXT_LINE, line),
      ...putWord(LINES_PASSED, passed),
      ...giveBack(found),
    ];
    return [
      whileIs(
        1,
        set(line, add(indexOf(NEWLINE, from, end), 1)),
        when(isMore(line, end), set(line, 0), leave(-1)),
        increase(passed, 1),
        when(isMore(add(line, LONGEST_PREFIX), end), leave(-1)),
        when(byteAt(add(byteAt(line), FIRSTS)), leave(beginningAt(line, end))),
        set(from, line),
      ),
      giveBack(-1),
    ];
  });
}
