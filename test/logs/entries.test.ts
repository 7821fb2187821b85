import { expect, test } from 'vitest';
import { LONGEST_ENTRY, readEntries } from '../../src/logs/entries.ts';
import { compilePrefix } from '../../src/logs/prefix.ts';

type Seen = { severity: string; message: string; pid: string };

function read(text: string | Buffer, cut: (length: number) => readonly number[], prefix = '%t [%p] ') {
  const bytes = Buffer.from(text);
  const seen: Seen[] = [];
  const reader = readEntries([compilePrefix(prefix), compilePrefix(prefix)], (held, start, message, end, found) => {
    const [from = 0, to = 0] = found.spans.subarray(2, 4);
    seen.push({
      severity: found.severity,
      message: held.toString('utf8', message, end),
      pid: held.toString('utf8', start + from, start + to),
    });
  });
  let at = 0;
  for (const next of [...cut(bytes.length), bytes.length]) {
    reader.push(bytes.subarray(at, next));
    at = next;
  }
  reader.end();
  return { seen, counts: reader.counts, unmatched: reader.unmatched.map(String) };
}

const whole = () => [];
const line = (pid: number, rest: string) => `2026-11-28 15:03:20 UTC [${pid}] ${rest}\n`;
const LOG = [
  'cut off by rotation\n',
  line(1, 'LOG:  duration: 1.0 ms  statement: select a\n\tfrom t\n\n\twhere é = 1'),
  line(2, 'ERROR:  relation "x" does not exist at character 15'),
  line(2, 'STATEMENT:  select *\r\n2026 from x\r'),
  line(3, 'LOG:  duration: 2.0 ms  statement: select 1').trimEnd(),
].join('');

test('joins the lines that follow to the entry that they continue', () => {
  expect(read(LOG, whole)).toEqual({
    seen: [
      { severity: 'LOG', pid: '1', message: 'duration: 1.0 ms  statement: select a\n\tfrom t\n\n\twhere é = 1' },
      { severity: 'ERROR', pid: '2', message: 'relation "x" does not exist at character 15' },
      { severity: 'STATEMENT', pid: '2', message: 'select *\r\n2026 from x' },
      { severity: 'LOG', pid: '3', message: 'duration: 2.0 ms  statement: select 1' },
    ],
    counts: { bytes: Buffer.byteLength(LOG), lines: 9, entries: 4, cutEntries: 0, unmatchedLines: 1 },
    unmatched: ['cut off by rotation'],
  });
});

test('reads the same wherever the chunks are cut', () => {
  const expected = read(LOG, whole);
  for (let at = 0; at <= Buffer.byteLength(LOG); at++)
    expect(
      read(LOG, () => [at]),
      `cut at ${at}`,
    ).toEqual(expected);
  for (const size of [1, 2, 3, 7, 50]) {
    expect(read(LOG, (length) => Array.from({ length: Math.floor(length / size) }, (_, i) => i * size))).toEqual(
      expected,
    );
  }
});

test('a file of another prefix gives no entry, and its first lines', () => {
  expect(read('nothing\nof\nthis', whole)).toMatchObject({
    seen: [],
    counts: { lines: 3, entries: 0, unmatchedLines: 3 },
    unmatched: ['nothing', 'of', 'this'],
  });
});

test('an entry of more than 10 MiB is cut and counted, wherever the chunks are cut, and the next one is read', () => {
  const giant = Buffer.from(line(1, `LOG:  ${'x'.repeat(LONGEST_ENTRY + 3_000_000)}\n\tmore`) + line(2, 'LOG:  after'));
  const every = (size: number) => (length: number) =>
    Array.from({ length: Math.floor(length / size) }, (_, i) => i * size);
  for (const cut of [whole, every(65_536), every(1_000_003)]) {
    const { seen, counts } = read(giant, cut);
    expect(counts).toEqual({ bytes: giant.length, lines: 3, entries: 2, cutEntries: 1, unmatchedLines: 0 });
    expect(seen.map(({ pid, message }) => [pid, message.length])).toEqual([
      ['1', LONGEST_ENTRY - '2026-11-28 15:03:20 UTC [1] LOG:  '.length],
      ['2', 5],
    ]);
  }
});

test('an entry of many short lines is bounded too', () => {
  const lines = line(1, `LOG:  ${'\tx\n'.repeat(5_000_000)}`) + line(2, 'LOG:  after');
  const { counts, seen } = read(lines, (length) => Array.from({ length: Math.floor(length / 1e6) }, (_, i) => i * 1e6));
  expect(counts).toMatchObject({ entries: 2, cutEntries: 1 });
  expect(seen.at(-1)?.message).toBe('after');
});
