import { expect, test } from 'vitest';
import { compilePrefix, PREFIX_FIELDS, type PrefixField } from '../../src/logs/prefix.ts';

type Found = Partial<Record<PrefixField | 'severity' | 'message', string>>;

function read(prefix: string, line: string): Found | undefined {
  const compiled = compilePrefix(prefix);
  // The line stands in the middle of others, as in a chunk.
  const bytes = Buffer.from(`before\n${line}\nafter`);
  const message = compiled.match(bytes, 7, bytes.length - 6);
  if (message < 0) return undefined;
  const found: Found = { severity: compiled.severity, message: bytes.toString('utf8', message, bytes.length - 6) };
  PREFIX_FIELDS.forEach((field, i) => {
    const [start = -1, end = -1] = compiled.spans.subarray(i * 2, i * 2 + 2);
    if (start >= 0 && end > start) found[field] = bytes.toString('utf8', 7 + start, 7 + end);
  });
  return found;
}

const TIME = '2026-11-28 15:03:20 UTC';
const RDS = '%t:%r:%u@%d:[%p]:';

test("reads RDS's prefix", () => {
  expect(read(RDS, `${TIME}:10.0.0.7(52110):app@shop:[4711]:LOG:  duration: 1.5 ms`)).toEqual({
    time: TIME,
    host: '10.0.0.7(52110)',
    user: 'app',
    database: 'shop',
    pid: '4711',
    severity: 'LOG',
    message: 'duration: 1.5 ms',
  });
});

test('reads a background process, which has no host, user and database', () => {
  expect(read(RDS, `${TIME}::@:[12]:LOG:  checkpoint starting: time`)).toEqual({
    time: TIME,
    pid: '12',
    severity: 'LOG',
    message: 'checkpoint starting: time',
  });
});

test('reads addresses of IPv6 and the local socket between colons', () => {
  expect(read(RDS, `${TIME}:::1(52110):app@shop:[4711]:LOG:  x`)?.host).toBe('::1(52110)');
  expect(read(RDS, `${TIME}:fe80::1%eth0(5):app@shop:[4711]:LOG:  x`)?.host).toBe('fe80::1%eth0(5)');
  expect(read(RDS, `${TIME}:[local]:app@shop:[4711]:LOG:  x`)?.host).toBe('[local]');
  expect(read('%h:%u:', '::1:app:LOG:  x')).toMatchObject({ severity: 'LOG', message: 'x' });
});

test('reads names that hold the signs of the prefix', () => {
  expect(read(RDS, `${TIME}:[local]:a:b@c@d:e:[4711]:ERROR:  x`)).toMatchObject({ user: 'a:b', database: 'c@d:e' });
});

test('stops at %q for a process without a session', () => {
  const prefix = '%m [%p] %q%u@%d/%a ';
  expect(read(prefix, '2026-11-28 15:03:20.123 CET [9] LOG:  x')).toEqual({
    time: '2026-11-28 15:03:20.123 CET',
    pid: '9',
    severity: 'LOG',
    message: 'x',
  });
  expect(read(prefix, '2026-11-28 15:03:20.123 CET [9] app@shop/my app LOG:  x')).toMatchObject({
    user: 'app',
    database: 'shop',
    application: 'my app',
  });
});

test('reads padded fields on either side', () => {
  const line = `${TIME}   4711|app       |      shop|LOG:  x`;
  expect(read('%t %6p|%-10u|%10d|', line)).toMatchObject({ pid: '4711', user: 'app', database: 'shop' });
  expect(read('%-8p|%u|', '4711    |app|LOG:  x')).toMatchObject({ pid: '4711', user: 'app' });
  expect(read('%-8p|%u|', '4711 |app|LOG:  x')).toBeUndefined();
});

test('reads every escape of PostgreSQL 18', () => {
  const prefix = '%n %s %c %l %v %x %e %Q %b %P %i %L %%|%a|%u|%d|%r|%p|';
  const line = `1764342200.123 ${TIME} 692a3c5f.1b2c 7 3/45 0 40P01 -123456 client backend 88 SELECT 127.0.0.1 %|psql|app|shop|10.0.0.7(1)|5|FATAL:  x`;
  expect(read(prefix, line)).toEqual({
    time: '1764342200.123',
    session: '692a3c5f.1b2c',
    sqlState: '40P01',
    queryId: '-123456',
    backendType: 'client backend',
    application: 'psql',
    user: 'app',
    database: 'shop',
    host: '10.0.0.7(1)',
    pid: '5',
    severity: 'FATAL',
    message: 'x',
  });
});

test('a continuation line, another prefix and a cut line do not match', () => {
  expect(read(RDS, '\tFROM orders')).toBeUndefined();
  expect(read(RDS, '')).toBeUndefined();
  expect(read(RDS, `${TIME} [4711] LOG:  x`)).toBeUndefined();
  expect(read(RDS, `${TIME}:[local]:app@shop:[4711]:LO`)).toBeUndefined();
  expect(read(RDS, `${TIME}:[local]:app@shop:[4711]:nothing known`)).toBeUndefined();
});

test('another language of lc_messages is told apart from a line that does not match', () => {
  expect(read('%p:', '7:FEHLER:  x')).toMatchObject({ severity: 'foreign', message: 'x' });
  expect(read('%p:', '7:ОШИБКА:  x')).toMatchObject({ severity: 'foreign', message: 'x' });
});

test('a line made to be ambiguous costs a bounded number of attempts', () => {
  expect(read('%u@%d@%a@%h@%b:', '@'.repeat(2_000))).toBeUndefined();
});

test('a long statement after the prefix is no name, and a name with blanks at its ends is read without them', () => {
  expect(read('%u@%d:', 'app@shop:LOG:  a@b:LOG:  c')).toMatchObject({ database: 'shop', message: 'a@b:LOG:  c' });
  expect(read('%u@%d: ', ' app @shop: LOG:  x')).toMatchObject({ user: 'app', database: 'shop' });
});
