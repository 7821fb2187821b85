import { expect, test } from 'vitest';
import { createLogReader, mergeReports, type LogReport } from '../../src/logs/read-log.ts';

const line = (second: number, who: string, rest: string) =>
  `2026-11-28 15:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')} UTC:10.0.0.7(5):${who}:[${second}]:${rest}\n`;

/** Durations are sums of powers of two, so that they add up in any order. */
const LINES = Array.from({ length: 400 }, (_, i) => {
  const who = i % 3 === 0 ? 'app@shop' : 'report@shop';
  if (i % 50 === 7) return line(i, who, 'ERROR:  division by zero');
  if (i % 50 === 8) return line(i, who, `LOG:  temporary file: path "base/1", size ${i}`);
  return line(i, who, `LOG:  duration: ${(i % 64) / 4} ms  statement: select ${'a, '.repeat(i % 7)} ${i}`);
});

function read(lines: readonly string[]): LogReport {
  const reader = createLogReader({ format: 'stderr', prefix: '%t:%r:%u@%d:[%p]:' });
  reader.push(Buffer.from(lines.join('')));
  return reader.end();
}

test('the reports of two parts are the report of the whole, also when another thread sent them', () => {
  const whole = read(LINES);
  for (const cut of [0, 1, 123, 399, 400]) {
    const parts = [read(LINES.slice(0, cut)), read(LINES.slice(cut))] as const;
    const [first, second] = structuredClone(parts);
    expect(mergeReports(first, second), `cut at ${cut}`).toEqual(whole);
  }
  expect(whole.digest.statements).toHaveLength(7);
});

test('merging changes neither of the two reports', () => {
  const [first, second] = [read(LINES.slice(0, 200)), read(LINES.slice(200))];
  const before = structuredClone([first, second]);
  mergeReports(first, second);
  expect([first, second]).toEqual(before);
});
