import { expect, test } from 'vitest';
import type { LogDigest } from '../../src/logs/digest/digest.ts';
import { detectFormat, type LogFormat } from '../../src/logs/format.ts';
import { createLogReader } from '../../src/logs/read-log.ts';

const SECRET = 'hunter2';
const TIME = '2026-11-28 15:03:20.123 UTC';

/** One entry as all three formats write it. */
type Told = { severity: string; state: string; message: string; detail?: string; statement?: string };

const TOLD: readonly Told[] = [
  {
    severity: 'LOG',
    state: '00000',
    message: `duration: 1.5 ms  statement: select "A"\n\tfrom t where b = '${SECRET}'`,
  },
  {
    severity: 'LOG',
    state: '00000',
    message: 'duration: 2.5 ms  execute <unnamed>: select "A" from t where b = $1',
    detail: `Parameters: $1 = '${SECRET}'`,
  },
  { severity: 'LOG', state: '00000', message: 'duration: 0.1 ms  bind s1: select 1' },
  {
    severity: 'ERROR',
    state: '42P01',
    message: 'relation "Bücher €😀\\" does not exist',
    statement: `select * from "Bücher €😀\\" where a = '${SECRET}'`,
  },
  { severity: 'ERROR', state: '22P02', message: `invalid input syntax for type integer: "${SECRET}"` },
  {
    severity: 'LOG',
    state: '00000',
    message: 'temporary file: path "base/1", size 100',
    statement: `select 'a' order by '${SECRET}'`,
  },
];

const quoted = (text: string | undefined) => (text === undefined ? '' : `"${text.replaceAll('"', '""')}"`);

function csv({ severity, state, message, detail, statement }: Told, columns: 23 | 24 | 26): string {
  const cells = [
    TIME,
    '"app"',
    '"shop"',
    '4711',
    '"10.0.0.7:5432"',
    '692a3c5f.1b2c',
    '1',
    '"SELECT"',
    TIME,
    '3/45',
    '0',
  ];
  cells.push(severity, state, quoted(message), quoted(detail), '', '', '', '', quoted(statement), '', '', '"psql"');
  return `${[...cells, '"client backend"', '', '-123'].slice(0, columns).join(',')}\n`;
}

function json({ severity, state, message, detail, statement }: Told): string {
  const object = { timestamp: TIME, user: 'app', dbname: 'shop', pid: 4711, remote_host: '10.0.0.7', line_num: 1 };
  const rest = { error_severity: severity, state_code: state, message, detail, statement, application_name: 'psql' };
  return `${JSON.stringify({ ...object, ...rest, backend_type: 'client backend', query_id: -123 })}\n`;
}

function stderr({ severity, state, message, detail, statement }: Told): string {
  const line = (word: string, text: string) => `${TIME} [4711] ${state} app@shop/psql ${word}:  ${text}\n`;
  const more = [detail && line('DETAIL', detail), statement && line('STATEMENT', statement)];
  return line(severity, message) + more.filter(Boolean).join('');
}

const STDERR: LogFormat = { format: 'stderr', prefix: '%m [%p] %e %u@%d/%a ' };

function read(log: string | Buffer, format: LogFormat, size = 1_000_000) {
  const bytes = Buffer.from(log);
  const reader = createLogReader(format);
  for (let i = 0; i < bytes.length; i += size) reader.push(bytes.subarray(i, i + size));
  return reader.end();
}

function withoutSeverities(digest: LogDigest): LogDigest {
  return { ...digest, severities: {} };
}

const whole = (write: (told: Told) => string) => TOLD.map(write).join('');
const CSV = whole((told) => csv(told, 26));
const JSONLOG = whole(json);

test.each([
  ['csv of 23 columns', whole((told) => csv(told, 23)), { format: 'csv' }],
  ['csv of 24 columns', whole((told) => csv(told, 24)), { format: 'csv' }],
  ['csv of 26 columns', CSV, { format: 'csv' }],
  ['csv with the line ends of Windows', CSV.replaceAll(/\n(?=\d{4}-|$)/g, '\r\n'), { format: 'csv' }],
  ['json', JSONLOG, { format: 'json' }],
] as const)('%s tells what stderr tells', (_, log, format) => {
  const expected = read(whole(stderr), STDERR);
  const { digest, counts, unmatched } = read(log, format);
  expect(withoutSeverities(digest)).toEqual(withoutSeverities(expected.digest));
  expect(digest.severities).toEqual({ LOG: 4, ERROR: 2 });
  expect(counts).toMatchObject({ entries: 6, unmatchedLines: 0, cutEntries: 0, bytes: Buffer.byteLength(log) });
  expect(unmatched).toEqual([]);
  expect(JSON.stringify(digest)).not.toContain(SECRET);
});

test.each([
  ['csv', CSV],
  ['json', JSONLOG],
] as const)('%s is read the same wherever the chunks are cut', (format, log) => {
  const expected = read(log, { format });
  for (let size = 1; size < 400; size += size < 20 ? 1 : 37)
    expect(read(log, { format }, size), `chunks of ${size}`).toEqual(expected);
  expect(read(log.trimEnd(), { format }).digest, 'without the last newline').toEqual(expected.digest);
});

test('csv goes on at the next record after one that is cut off, and says which lines were none', () => {
  const first = csv(TOLD[0] as Told, 26);
  const cutOff = csv(TOLD[3] as Told, 26).slice(0, 200);
  const { digest, counts, unmatched } = read(`of before"\n${cutOff}\n${first}${first}`, { format: 'csv' });
  expect(digest.statements).toMatchObject([{ calls: 2 }]);
  expect(counts).toMatchObject({ entries: 2, unmatchedLines: 2 });
  expect(unmatched[0]).toBe('of before"');
});

test('json goes on after a line that is cut off', () => {
  const first = json(TOLD[0] as Told);
  const { digest, counts } = read(`${first}${first.slice(0, 100)}\n${first}{}\nnothing\n{"message":1`, {
    format: 'json',
  });
  expect(digest.statements).toMatchObject([{ calls: 2 }]);
  expect(counts).toMatchObject({ lines: 6, entries: 2, unmatchedLines: 4 });
});

test.each([
  ['csv', csv({ ...(TOLD[0] as Told), message: `x${'"\n'.repeat(6_000_000)}` }, 26), csv(TOLD[0] as Told, 26)],
  ['json', json({ ...(TOLD[0] as Told), message: 'x'.repeat(11_000_000) }), json(TOLD[0] as Told)],
] as const)('%s: an entry of more than 10 MiB is left out and the next one is read', (format, giant, next) => {
  const { digest, counts } = read(giant + next, { format }, 65_536);
  expect(digest.statements).toMatchObject([{ calls: 1 }]);
  expect(counts.entries).toBeLessThanOrEqual(2);
});

test('the format is told by the first bytes, wherever they begin', () => {
  expect(detectFormat(Buffer.from(CSV.slice(150)))).toEqual({ format: 'csv' });
  expect(detectFormat(Buffer.from(JSONLOG.slice(150)))).toEqual({ format: 'json' });
  expect(detectFormat(Buffer.from('2026-11-28 15:03:20 UTC [7] app@shop LOG:  x\n'))).toEqual({
    format: 'stderr',
    prefix: '%t [%p] %q%u@%d ',
  });
  expect(detectFormat(Buffer.from('127.0.0.1 - - [28/Nov/2026] "GET / HTTP/1.1" 200\n'))).toBeUndefined();
  expect(detectFormat(Buffer.alloc(0))).toBeUndefined();
});
