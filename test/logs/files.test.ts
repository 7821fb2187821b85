import { writeFileSync } from 'node:fs';
import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { guessPrefix } from '../../src/logs/files/guess-prefix.ts';
import { seekWindow } from '../../src/logs/files/seek-window.ts';
import { readTimeBound } from '../../src/logs/files/time-bound.ts';
import { createTimeGate } from '../../src/logs/files/time-gate.ts';
import { sideOf } from '../../src/logs/files/time-window.ts';
import { zstdFrames } from '../../src/logs/files/zstd-frames.ts';
import { dayLog, logDirectory, PREFIX } from './sample-log.ts';

const directory = logDirectory();
const STDERR = { format: 'stderr', prefix: PREFIX } as const;

test.each([
  [
    '%m [%p] app=%a user=%u ',
    [
      '2026-11-28 15:03:20.123 UTC [12] app=psql user=bob ',
      '2026-11-28 15:03:20.123 UTC [13] app=pg bench user=al ',
      '2026-11-28 15:03:20.123 UTC [14] app= user= ',
    ],
  ],
  [
    '%m [%p] %q%u@%d/%a ',
    [
      '2026-11-28 15:03:20.123 UTC [12] bob@shop/psql ',
      '2026-11-28 15:03:20.123 UTC [12] bob@shop/pgbench ',
      '2026-11-28 15:03:20.123 UTC [77] ',
    ],
  ],
  [
    '%t [%p-%l] %u@%d %h %e ',
    [
      '2026-11-28 15:03:20 UTC [12-1] bob@shop 10.0.0.7 00000 ',
      '2026-11-28 15:03:20 UTC [13-7] bob@shop 10.0.0.8 42P01 ',
      '2026-11-28 15:03:20 UTC [13-7] @  00000 ',
    ],
  ],
  [
    '<%m|%u|%d|%r|%p> ',
    [
      '<2026-11-28 15:03:20.123 CET|bob|shop|10.0.0.7(5411)|12> ',
      '<2026-11-28 15:03:20.123 CET|al|web|[local]|13> ',
      '<2026-11-28 15:03:20.123 CET||||14> ',
    ],
  ],
  [
    'db1 %t %c %v %p: ',
    ['db1 2026-11-28 15:03:20 UTC 6929aaaa.1b2c 3/45 55: ', 'db1 2026-11-28 15:03:20 UTC 6929aaab.1b2c  66: '],
  ],
  ['%n %b [%p] ', ['1764342200.123 client backend [12] ', '1764342200.123 checkpointer [77] ']],
])('the prefix %j is found out from lines that nobody described', (prefix, heads) => {
  const lines = heads.map((head) => Buffer.from(`${head}LOG:  shutting down`));
  expect(guessPrefix(lines)).toEqual({ prefix, matched: lines.length });
});

test('lines of another program give no prefix', () => {
  const lines = ['hello', '[error] worker 3 died', 'Nov 28 15:03:20 db1 app: LOG:  x', '\0\x01\x02'].map((line) =>
    Buffer.from(line),
  );
  expect(guessPrefix(lines)).toBeUndefined();
});

test('bounds in time are read as a person writes them, and what is none is refused', () => {
  const nowMs = new Date(2026, 10, 28, 16, 30).getTime();
  const at = (text: string, edge: 'start' | 'end' = 'start') => readTimeBound(text, nowMs, edge);
  expect(at('2h')).toEqual({ atMs: nowMs - 7_200_000 });
  expect(at('today')).toEqual({ wall: '2026-11-28 00:00:00' });
  expect(at('yesterday', 'end')).toEqual({ wall: '2026-11-28 00:00:00' });
  expect(at('9:05')).toEqual({ wall: '2026-11-28 09:05:00' });
  expect(at('2026-11-30', 'end')).toEqual({ wall: '2026-12-01 00:00:00' });
  expect(at('2026-11-28T14:00:00+01:00')).toEqual({ atMs: Date.UTC(2026, 10, 28, 13) });
  for (const none of ['', 'soon', '25:00', '2026-02-30', '2026-11-28 14:61', '5', '-2h', '14:00 CST'])
    expect(at(none)).toBeUndefined();
});

test('an instant is compared by the zone of the log, a time of the clock as it stands', () => {
  const instant = { since: { atMs: Date.UTC(2026, 10, 28, 13) } };
  expect(sideOf('2026-11-28 13:59:59.999 CET', instant)).toBe(-1);
  expect(sideOf('2026-11-28 14:00:00 CET', instant)).toBe(0);
  expect(sideOf('2026-11-28 08:00:00 -05', instant)).toBe(0);
  expect([sideOf('1795870799.999 ', instant), sideOf('1795870800.000 ', instant)]).toEqual([-1, 0]);
  expect(sideOf('2026-11-28 14:00:00 CET', { until: { wall: '2026-11-28 14:00:00' } })).toBe(1);
});

test('a window passes the same entries, wherever the chunks are cut', () => {
  const log = Buffer.from(dayLog('2026-11-28', [1, 2]));
  const window = { since: { wall: '2026-11-28 01:29:00' }, until: { wall: '2026-11-28 01:32:00' } };
  const expected = dayLog('2026-11-28', [1])
    .split(/(?=^2026)/m)
    .filter((entry) => / 01:(?:29|30|31):/.test(entry))
    .join('');
  expect(expected).toContain('\n\twhere id');
  for (const size of [1, 7, 100, 4_096, log.length]) {
    let passed = '';
    const gate = createTimeGate(STDERR, window, {
      isMiddle: false,
      pass: (bytes) => void (passed += Buffer.from(bytes).toString()),
    });
    for (let at = 0; at < log.length; at += size) gate.push(log.subarray(at, at + size));
    gate.end();
    expect({ size, passed }).toEqual({ size, passed: expected });
  }
});

test('of a large file in order only the part of the window is read, of one without order the whole', async () => {
  const days = Array.from({ length: 12 }, (_, n) =>
    dayLog(
      `2026-11-${10 + n}`,
      Array.from({ length: 24 }, (__, hour) => hour),
    ).repeat(12),
  );
  const ordered = directory.write('ordered.log', '');
  writeFileSync(
    ordered,
    days
      .map((day) =>
        day
          .split(/(?=^2026)/m)
          .toSorted((a, b) => (a.slice(0, 19) < b.slice(0, 19) ? -1 : 1))
          .join(''),
      )
      .join(''),
  );
  const size = days.join('').length;
  const range = await seekWindow(ordered, STDERR, {
    since: { wall: '2026-11-20 00:00:00' },
    until: { wall: '2026-11-20 12:00:00' },
  });
  expect(range?.fromByte).toBeGreaterThan(size / 2);
  expect((range?.toByte ?? 0) - (range?.fromByte ?? 0)).toBeLessThan(size / 2);
  const mixed = directory.write('mixed.log', days.toReversed().join(''));
  expect(await seekWindow(mixed, STDERR, { since: { wall: '2026-11-20 00:00:00' } })).toEqual({
    fromByte: 0,
    toByte: size,
  });
});

test('frames of zstd are told apart, wherever the chunks are cut', async () => {
  const frames = ['first', 'second '.repeat(9_000), ''].map((text) => zstdCompressSync(text));
  const skippable = Buffer.concat([Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), Buffer.from('abc')]);
  const file = Buffer.concat([frames[0]!, skippable, frames[1]!, frames[2]!]);
  async function* chunks(size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size);
  }
  for (const size of [1, 3, 1_000]) {
    const sizes: number[] = [];
    for await (const frame of zstdFrames(chunks(size))) {
      let bytes = 0;
      for await (const piece of frame) bytes += piece.length;
      sizes.push(bytes);
    }
    expect(sizes).toEqual([frames[0]!.length, skippable.length, frames[1]!.length, frames[2]!.length]);
  }
});
