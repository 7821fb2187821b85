import { appendFileSync, readFileSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { logsSchemaOf } from '../../../scripts/generate/logs-schema.ts';
import { logs } from '../../../src/cli/logs/logs.ts';
import { progressText } from '../../../src/cli/logs/progress-bar.ts';
import { dayLog, logDirectory, PREFIX, stderrLog } from '../../logs/sample-log.ts';
import { terminal } from '../../../src/cli/terminal.ts';
import { fakePorts, keptStreams } from '../fixture.ts';
import { documentOf, runLogs } from './run-logs.ts';

const directory = logDirectory();
const log = directory.write('one.log', dayLog('2026-11-28', [13, 14]));

test('a file is read without a word about its format, and the report says how it was read', async () => {
  const { code, out, err } = await runLogs([log]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^● PostgreSQL logs 2026-11-28 13:00 to 14:59 \(1 h 59 min\)\n {2}1 file, .* 132 entries in /);
  expect(out).toContain(`stderr, log_line_prefix '${PREFIX}', found out from the log`);
  expect(out).toContain(
    '120 statements of 1 shape, 3.72 s · 2 errors · 2 lock waits · 0 deadlocks · 2 temporary files',
  );
  expect(out).toMatch(
    /1 {2}█{10} {2} 100 % +3\.72 s +120 +31 ms +\d+ ms +61 ms\n +q:\w{6} select \* from orders where id = \? and note = \?/,
  );
  expect(out).toMatch(
    /Errors\n {2}constraint\n +2 {2}duplicate key value violates unique constraint "orders_pkey"\n +insert into orders values/,
  );
  expect(out).toMatch(/Lock waits {2}2 in all, 5 s/);
  expect(out).toMatch(/Temporary files {2}2 in all, 26\.7 MB/);
  expect(out).toContain('log_connections = on');
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test('what --json prints is as published, without a field that is not', async () => {
  const { out } = await runLogs([log, '--json']);
  const published = new Ajv2020({ allErrors: true }).compile(
    JSON.parse(readFileSync(new URL('../../../docs/logs.schema.json', import.meta.url), 'utf8')) as object,
  );
  const closed = new Ajv2020({ allErrors: true }).compile(logsSchemaOf('output'));
  const document = JSON.parse(out) as { statements: { histogram: { calls: number }[] }[] };
  published(document);
  closed(document);
  expect([published.errors, closed.errors]).toEqual([null, null]);
  const calls = document.statements.map(({ histogram }) => histogram.reduce((sum, one) => sum + one.calls, 0));
  expect(calls).toEqual([120]);
});

test('files, packed files and standard input add up to the same report', async () => {
  const whole = dayLog('2026-11-27', [1, 2, 3]);
  const half = whole.indexOf('2026-11-27 02:00');
  const parts = [whole.slice(0, half), whole.slice(half)] as const;
  const plain = await documentOf([directory.write('whole.log', whole)]);
  const gz = directory.write('first.log.gz', Buffer.concat([gzipSync(parts[0]), gzipSync(parts[1])]));
  const zst = directory.write('first.log.zst', Buffer.concat([zstdCompressSync(parts[0]), zstdCompressSync(parts[1])]));
  const two = [directory.write('b.log', parts[0]), directory.write('a.log', parts[1])];
  const told = (document: Awaited<ReturnType<typeof documentOf>>) => ({ ...document, read: undefined });
  expect(told(await documentOf([gz]))).toEqual(told(plain));
  expect(told(await documentOf([zst]))).toEqual(told(plain));
  expect(told(await documentOf(['-'], [gzipSync(whole)]))).toEqual(told(plain));
  expect(
    told(
      await documentOf(
        ['-'],
        Buffer.from(whole)
          .toString('latin1')
          .match(/[\s\S]{1,7000}/g)!
          .map((part) => Buffer.from(part, 'latin1')),
      ),
    ),
  ).toEqual(told(plain));
  expect(told(await documentOf([...two, '--jobs', '1']))).toEqual(told(plain));
  expect(told(await documentOf([...two, '--jobs', '2']))).toEqual(told(plain));
  const { read } = await documentOf([...two, '--jobs', '2']);
  expect(read.files.map(({ name }) => name)).toEqual(two);
});

test('a file that has another name by a link is read once, and that is said', async () => {
  const folder = logDirectory();
  folder.write('postgresql-2026-11-28.log', dayLog('2026-11-28', [1]));
  symlinkSync('postgresql-2026-11-28.log', join(folder.path, 'a-latest.log'));
  const { read } = await documentOf([folder.path]);
  expect(read.files.map(({ name }) => basename(name))).toEqual(['postgresql-2026-11-28.log']);
  expect(read.leftOut.map(({ name, why }) => [basename(name), why])).toEqual([
    ['a-latest.log', 'it is another name of postgresql-2026-11-28.log'],
  ]);
});

test('of a directory the logs are read, the oldest first, and each entry once', async () => {
  const folder = logDirectory();
  folder.write('postgresql.log.2.gz', gzipSync(dayLog('2026-11-26', [1])));
  folder.write('postgresql.log.1', dayLog('2026-11-27', [1]));
  folder.write('postgresql.log', dayLog('2026-11-28', [1]));
  folder.write(
    'postgresql-2026-11-25.json',
    `{"timestamp":"2026-11-25 01:00:00.000 UTC","pid":1,"error_severity":"LOG","message":"shutting down"}\n`,
  );
  folder.write(
    'postgresql-2026-11-25.log',
    stderrLog([{ time: '2026-11-25 01:00:00.000 UTC', pid: 1, severity: 'LOG', message: 'shutting down' }]),
  );
  folder.write('postgresql.conf', 'log_line_prefix = x');
  folder.write('nginx-access.log', '10.0.0.7 - - [28/Nov/2026:15:00:00 +0000] "GET / HTTP/1.1" 200 12\n');
  const { read, statements, events } = await documentOf([folder.path]);
  const names = read.files.map(({ name }) => name.slice(folder.path.length + 1));
  expect(names).toEqual([
    'postgresql-2026-11-25.json',
    'postgresql.log.2.gz',
    'postgresql.log.1',
    'postgresql.log',
    'nginx-access.log',
  ]);
  expect(read.files.at(-1)).toMatchObject({ format: null, problem: 'no line in it is of a PostgreSQL log' });
  expect(read.leftOut).toMatchObject([{ why: 'it holds the same entries as postgresql-2026-11-25.json' }]);
  expect([statements[0]?.calls, events[0]?.count]).toEqual([180, 1]);
});

test('what is no log of PostgreSQL ends with 3 and says what to do', async () => {
  const other = directory.write('other.txt', 'hello\nworld\n');
  const syslog = directory.write(
    'syslog.txt',
    'Nov 28 15:03:20 db1 postgres[12]: [5-1] LOG:  duration: 1 ms  statement: select 1\n',
  );
  const xz = directory.write('log.xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0]));
  const { code, out, err } = await runLogs([other, syslog, xz, join(directory.path, 'gone.log')]);
  expect({ code, out }).toEqual({ code: 3, out: '' });
  expect(err).toMatch(/other\.txt: no line in it is of a PostgreSQL log/);
  expect(err).toMatch(/syslog\.txt: it was written by syslog, .*log_destination/);
  expect(err).toMatch(/log\.xz: it is packed with xz: xzcat FILE \| npx nightshift logs -/);
  expect(err).toMatch(/gone\.log: it is not there/);
});

test('a prefix that does not match ends with 3 and names the one that does', async () => {
  const { code, err } = await runLogs([log, '--prefix', '%t:%r:%u@%d:[%p]:']);
  expect(code).toBe(3);
  expect(err).toContain(
    `none of its 252 lines begins with the prefix '%t:%r:%u@%d:[%p]:'; it seems to be --prefix '${PREFIX}'`,
  );
});

test('a prefix that changes in the middle of a file is said, with the lines that were not understood', async () => {
  const changed = dayLog('2026-11-28', [1, 2, 3, 4]).replaceAll('] app@shop ', '] user=app,db=shop ');
  const mixed = directory.write('mixed.log', dayLog('2026-11-27', [1, 2, 3, 4]) + changed);
  const { code, out } = await runLogs([mixed]);
  expect(code).toBe(1);
  expect(out).toMatch(
    /mixed\.log: about \d+ % of its entries begin with another prefix; it\s+seems to be --prefix '%m \[%p\] user=%u,db=%d '/,
  );
});

test('a packed file that is cut off gives what was read, and exit code 1', async () => {
  const packed = gzipSync(Array.from({ length: 40 }, (_, n) => dayLog(`2026-01-${10 + (n % 20)}`, [n % 24])).join(''));
  const cut = directory.write('cut.log.gz', packed.subarray(0, packed.length - 100));
  const { code, out } = await runLogs([cut]);
  expect(code).toBe(1);
  expect(out).toMatch(/What could not be read\n {2}.*cut\.log\.gz: it is cut off/);
  expect(out).toMatch(/2,37\d statements of/);
});

test('since and until keep the entries between them, whole', async () => {
  const { statements, period, errors } = await documentOf([log, '--since', '2026-11-28 13:30', '--until', '14:10']);
  expect(period).toEqual({
    from: '2026-11-28 13:30',
    to: '2026-11-28 14:09',
    since: '2026-11-28 13:30:00',
    until: '2026-11-28 14:10:00',
  });
  expect([statements[0]?.calls, errors[0]?.count]).toEqual([40, 1]);
  const ago = await documentOf([log, '-b', '2h', '-e', '90m']);
  expect([ago.period.from, ago.period.to]).toEqual(['2026-11-28 14:00', '2026-11-28 14:29']);
  const none = await runLogs([log, '--since', '2026-11-28 15:00', '--until', '2026-11-28 16:00']);
  expect(none).toMatchObject({ code: 3, out: '' });
  expect(none.err).toMatch(/no entry in it is of the time since 2026-11-28 15:00:00 and before 2026-11-28 16:00:00/);
});

test('words that are not understood end with 64 and the usage', async () => {
  for (const words of [
    [],
    ['--sinc', 'x', log],
    [log, '--since', 'soon'],
    [log, '--since', '16:00', '--until', '15:00'],
    [log, '--jobs', '0'],
    [log, '--json', '--html', 'x.html'],
    [log, '-f', 'syslog'],
  ]) {
    const { code, err } = await runLogs(words);
    expect({ words, code, err }).toMatchObject({
      code: 64,
      err: expect.stringContaining('Usage: nightshift logs') as string,
    });
  }
});

test('the switches of pgBadger mean the same here', async () => {
  const page = join(directory.path, 'out.html');
  const { code, err } = await runLogs([
    '-p',
    PREFIX,
    '-f',
    'stderr',
    '-j',
    '2',
    '-t',
    '5',
    '-b',
    '2026-11-28 13:00',
    '-o',
    page,
    log,
  ]);
  expect({ code, err }).toEqual({
    code: 0,
    err: expect.stringMatching(/out\.html is written \([\d.]+ kB\)/) as string,
  });
  expect(readFileSync(page, 'utf8')).toContain('as given');
});

test('a log that is written to and cut while it is read says so', async () => {
  const shrinking = directory.write('shrinking.log', dayLog('2026-11-28', [1]));
  appendFileSync(
    shrinking,
    dayLog(
      '2026-11-28',
      Array.from({ length: 700 }, (_, n) => n % 24),
    ),
  );
  const { openLogFile } = await import('../../../src/logs/files/chunks.ts');
  const opened = openLogFile(shrinking);
  for await (const _ of opened.chunks) truncateSync(shrinking, 10);
  expect(opened.problem).toMatch(/it shrank while it was read: \d+ of \d+ bytes were there/);
  rmSync(shrinking);
});

test('the bar shows share, bytes, speed and the time that is left', () => {
  expect(progressText(50 * 2 ** 20, 200 * 2 ** 20, 2)).toBe(
    '██████··················  25 %  50 MB of 200 MB  25 MB/s  6 s left',
  );
  expect(progressText(2 ** 20, 0, 1)).toBe('reading  1 MB  1 MB/s');
});

test('a page that cannot be written is told in one line: 64', async () => {
  const { ports } = fakePorts({ logs });
  const { streams, said } = keptStreams();
  const page = join(directory.path, 'nowhere', 'page.html');
  expect(await terminal(['logs', log, '--html', page], ports, streams)).toBe(64);
  expect(said.err).toMatch(/^\S+page\.html cannot be written: ENOENT.*\n$/);
});
