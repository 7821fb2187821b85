import { expect, test } from 'vitest';
import { readEntries } from '../../src/logs/entries.ts';
import { PREFIX_FIELDS, type Fields } from '../../src/logs/fields.ts';
import { compilePrefix } from '../../src/logs/prefix.ts';
import { createLogReader } from '../../src/logs/read-log.ts';
import { seeded } from './corpus.ts';

const random = seeded(20_261_130);
const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
const two = (below: number) => String(random(below)).padStart(2, '0');

type Log = { prefix: string; begin(): string };

const LOGS: readonly Log[] = [
  {
    prefix: '%t:%r:%u@%d:[%p]:',
    begin: () =>
      `2026-11-28 ${two(24)}:${two(60)}:${two(60)} UTC:${pick(['10.0.0.7(5211)', '10.0.0.7(52110)', '[local]', '::1(7)', ''])}:` +
      `${pick(['app', 'app2', 'b'])}@${pick(['shop', 'shop1'])}:[${random(100_000)}]:`,
  },
  {
    prefix: '%m [%p] %q%a %u@%d ',
    begin: () =>
      `2026-11-28 15:${two(60)}:${two(60)}.${two(10)}${random(10)} CET [${random(20_000)}] ` +
      pick(['', 'psql app@shop ', 'job 7 app@shop ', 'job 8 app@shop ']),
  },
];
const RESTS = [
  'LOG:  duration: 1.5 ms  statement: select 1',
  'DETAIL:  parameters: $1 = 5',
  'ERROR:  no such thing',
  'FEHLER:  gibt es nicht',
  'LOG:  duration: 2 ms  statement: select a\n\tfrom t\n2026 is no time\n\n\twhere b',
  'LOG without its colon',
];

/** What the reader says of each entry. */
function readTogether(prefix: string, text: string): string[] {
  const seen: string[] = [];
  const compiled = [compilePrefix(prefix), compilePrefix(prefix)] as const;
  const reader = readEntries(compiled, (bytes, start, message, end, fields) => {
    seen.push(told(bytes, start, message, end, fields));
  });
  reader.push(Buffer.from(text));
  reader.end();
  expect(reader.counts.lines).toBe(text.split('\n').length - 1);
  return seen;
}

/** The same of an entry whose first line is read without knowing any other. */
function readAlone(prefix: string, entry: string): string[] {
  const compiled = compilePrefix(prefix);
  const bytes = Buffer.from(entry);
  const message = compiled.match(bytes, 0, bytes.indexOf(10));
  return message < 0 ? [] : [told(bytes, 0, message, entry.trimEnd().length, compiled)];
}

function told(bytes: Buffer, start: number, message: number, end: number, { spans, severity }: Fields): string {
  const fields = PREFIX_FIELDS.map((_, i) => {
    const [from = -1, to = -1] = spans.subarray(i * 2, i * 2 + 2);
    return from < 0 ? '-' : bytes.toString('latin1', start + from, start + to);
  });
  return [severity, ...fields, bytes.toString('latin1', message, end)].join('|');
}

test.each(LOGS)('$prefix: an entry is read the same after thousands like it and alone', ({ prefix, begin }) => {
  const lines = Array.from({ length: 3_000 }, () => `${begin()}${pick(RESTS)}\n`);
  // One that begins no entry continues the one before it.
  const entries: string[] = [];
  for (const line of lines) {
    if (/(?:LOG|DETAIL|ERROR|FEHLER): {2}/.test(line)) entries.push(line);
    else if (entries.length > 0) entries[entries.length - 1] += line;
  }
  expect(readTogether(prefix, entries.join(''))).toEqual(entries.flatMap((entry) => readAlone(prefix, entry)));
});

test('a line that differs from a known one in a byte that is no digit of a number or time is read anew', () => {
  const known = '2026-11-28 15:03:20 UTC:10.0.0.7(5211):app1@shop:[4711]:LOG:  a\n';
  const others = [
    known.replace('app1', 'app2'),
    known.replace('[4711]', '[47x1]'),
    known.replace('15:03', '15.03'),
    known.replace('LOG:  ', 'LOG: '),
    known.replace('4711', '12'),
  ];
  const filling = known.repeat(60);
  for (const other of others) {
    const alone = readAlone('%t:%r:%u@%d:[%p]:', other);
    const after = readTogether('%t:%r:%u@%d:[%p]:', `${filling}${other}${filling}`);
    expect(after).toHaveLength(120 + alone.length);
    expect(after.slice(60, 60 + alone.length)).toEqual(alone);
  }
});

test('who ran a statement is told apart by every digit of a name', () => {
  const users = Array.from({ length: 5 }, (_, i) => `app${i}`);
  const line = (user: string) =>
    `2026-11-28 15:03:20 UTC:10.0.0.7(5211):${user}@shop:[4711]:LOG:  duration: 1 ms  statement: select 1\n`;
  const reader = createLogReader({ format: 'stderr', prefix: '%t:%r:%u@%d:[%p]:' });
  reader.push(
    Buffer.from(
      users
        .map((user) => line(user))
        .join('')
        .repeat(60),
    ),
  );
  const { sessions } = reader.end().digest;
  expect(Object.fromEntries(sessions.map(({ user, calls }) => [user, calls]))).toEqual(
    Object.fromEntries(users.map((user) => [user, 60])),
  );
});
