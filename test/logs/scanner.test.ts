import { expect, test } from 'vitest';
import { endOfBlockComment, endOfLineComment, endOfNumber, endOfString } from '../../src/logs/normalise/literals.ts';
import { ALONE, PLAN, PREPARATION, RUN } from '../../src/logs/scanner/durations.ts';
import { DURATION, HELD, STATEMENT } from '../../src/logs/scanner/layout.ts';
import { createScanner } from '../../src/logs/scanner/scanner.ts';
import { seeded } from './corpus.ts';

const scanner = createScanner(64 * 1024);
const ASKED = -2;
scanner.endOfSlot = () => ASKED;
const random = seeded(20_261_129);

function put(text: string): [start: number, end: number] {
  return [HELD, HELD + scanner.bytes.write(text, HELD, 'latin1')];
}

test('a byte is found wherever it stands among sixteen, and not beyond the end', () => {
  for (let length = 0; length < 50; length++) {
    const [start, end] = put(`${'a'.repeat(length)}\nb\n`);
    expect(scanner.indexOf(10, start, end)).toBe(start + length);
    expect(scanner.indexOf(10, start + length + 1, end)).toBe(end - 1);
    expect(scanner.indexOf(10, start, start + length)).toBe(start + length);
    expect(scanner.indexOf(200, start, end)).toBe(end);
  }
});

test('searches give what a search byte by byte gives', () => {
  for (let round = 0; round < 2_000; round++) {
    const text = Array.from({ length: random(60) }, () => 'ab\n'[random(3)]).join('');
    const [start, end] = put(text);
    const from = start + random(text.length + 1);
    const found = text.indexOf('\n', from - start);
    expect(scanner.indexOf(10, from, end)).toBe(found < 0 ? end : start + found);
  }
});

const ENDS = { 1: endOfNumber, 2: endOfString, 4: endOfBlockComment, 5: endOfLineComment } as const;
const FIRST = { 1: '1', 2: "'", 4: '/*', 5: '--' } as const;
const SIGNS = ['1', '2.5', '.', 'e', '-', '+', "'", "''", '\\', '/*', '*/', '*', '/', '\n', '\r', ' ', 'a', '$', 'é'];

test('a slot ends where the rules for literals say, or its end is asked for', () => {
  let seen = 0;
  for (let round = 0; round < 20_000; round++) {
    const kind = ([1, 2, 4, 5] as const)[random(4)] ?? 1;
    const rest = Array.from({ length: random(12) }, () => SIGNS[random(SIGNS.length)]).join('');
    const [start, end] = put(FIRST[kind] + rest);
    const found = scanner.endOfPlainSlot(kind, start, end);
    if (found === ASKED) continue;
    seen++;
    expect(found, FIRST[kind] + rest).toBe(ENDS[kind](scanner.bytes, start, end));
  }
  expect(seen).toBeGreaterThan(10_000);
});

test.each([
  ['duration: 1.5 ms  statement: select 1', RUN, 1.5, 'select 1'],
  ['duration: 0.042 ms  execute P_6: commit', RUN, 0.042, 'commit'],
  ['duration: 12345678901.234 ms  execute a: b: select 1', RUN, 12_345_678_901.234, 'b: select 1'],
  ['duration: 7 ms  statement: ', RUN, 7, ''],
  ['duration: 7 ms  execute cut', RUN, 7, ''],
  ['duration: 1.5 ms  parse <unnamed>: select 1', PREPARATION, 1.5, undefined],
  ['duration: 1.5 ms  bind P_6: select 1', PREPARATION, 1.5, undefined],
  ['duration: 1.5 ms  plan:\nQuery Text: select 1', PLAN, 1.5, undefined],
  ['duration: 1.5 ms', ALONE, 1.5, undefined],
  ['duration: 1.5 ms  fastpath function call: "x"', ALONE, 1.5, undefined],
  ['durations: 1.5 ms', 0, undefined, undefined],
  ['duration:', 0, undefined, undefined],
])('%s', (message, kind, durationMs, statement) => {
  const [start, end] = put(message);
  expect(scanner.readDuration(start, end)).toBe(kind);
  if (durationMs !== undefined) expect(scanner.floats[DURATION / 8]).toBe(durationMs);
  if (statement !== undefined)
    expect(scanner.bytes.toString('latin1', scanner.words[STATEMENT / 4], end)).toBe(statement);
});
