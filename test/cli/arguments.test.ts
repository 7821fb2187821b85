import * as z from 'zod';
import { expect, test } from 'vitest';
import { readCommandLine } from '../../src/cli/arguments.ts';
import { operations } from './fixture.ts';

function read(line: string) {
  return readCommandLine(line.split(' ').filter(Boolean), operations);
}

function problemOf(line: string): string | undefined {
  const found = read(line);
  return found.kind === 'usage' ? found.problem.split('\n')[0] : undefined;
}

test('words after the target are the fields in their order', () => {
  expect(read('end shop-db 2211 stuck')).toMatchObject({
    kind: 'operation',
    subject: { kind: 'name', name: 'shop-db' },
    args: { pid: '2211', reason: 'stuck' },
    json: false,
  });
});

test('a field may be given by name, anywhere, and --json too', () => {
  expect(read('--json end --reason=stuck shop-db 2211')).toMatchObject({
    args: { pid: '2211', reason: 'stuck' },
    json: true,
  });
  expect(read('end shop-db --pid 2211')).toMatchObject({ args: { pid: '2211' } });
});

test('a URL is taken by verbs that look', () => {
  expect(read('look postgres://ana:canary@db.example.internal:5433/shop')).toMatchObject({
    subject: { kind: 'url', engine: 'postgres' },
  });
  expect(read('look postgresql://db.example.internal/shop')).toMatchObject({ subject: { engine: 'postgres' } });
});

test('a URL is refused for verbs that do more, for another engine, and for answers, and is not repeated', () => {
  expect(problemOf('end postgres://ana:canary@db/shop 2211')).toBe(
    'end interrupts: with a bare url only looking is possible. Name a target of nightshift.yaml.',
  );
  expect(problemOf('look redis://ana:canary@db')).toBe('look does not work on redis.');
  expect(problemOf('look mysql://ana:canary@db')).toBe(
    'A url is written postgres://user@host/database or redis://host.',
  );
  expect(problemOf('look postgres://ana:canary@[x')).toBe(
    'A url is written postgres://user@host/database or redis://host.',
  );
});

test('a mistyped verb is recognised', () => {
  expect(problemOf('lok shop-db')).toBe('There is no verb "lok". Did you mean: look?');
  expect(problemOf('conifg check')).toBe('There is no verb "conifg". Did you mean: config?');
  expect(problemOf('terminate shop-db')).toBe('There is no verb "terminate". Try: nightshift help');
});

test('what is missing, wrong or too much is said', () => {
  expect(problemOf('look')).toBe('look needs to know on what.');
  expect(problemOf('end shop-db')).toBe('Process id is missing.');
  expect(problemOf('end shop-db soon')).toBe('pid: is a number');
  expect(problemOf('look shop-db now')).toBe('"now" is one word too many.');
  expect(problemOf('look shop-db --jsn')).toBe("Unknown option '--jsn'.");
  expect(problemOf('config')).toBe('Usage: nightshift config check [file]');
});

test('help is for all, or for one verb', () => {
  expect(read('')).toEqual({ kind: 'help' });
  expect(read('--help')).toEqual({ kind: 'help' });
  expect(read('help end')).toMatchObject({ kind: 'help', operation: { id: 'end' } });
  expect(read('end --help')).toMatchObject({ kind: 'help', operation: { id: 'end' } });
  expect(problemOf('help edn')).toBe('There is no verb "edn". Did you mean: end?');
});

test('config check takes a file or the usual one', () => {
  expect(read('config check')).toEqual({ kind: 'config-check' });
  expect(read('config check other.yaml')).toEqual({ kind: 'config-check', file: 'other.yaml' });
});

test('wal takes one target to follow, and is an operation without', () => {
  expect(read('wal shop-db --follow')).toEqual({ kind: 'follow', target: 'shop-db' });
  expect(read('wal --follow shop-db')).toEqual({ kind: 'follow', target: 'shop-db' });
  expect(read('wal --follow')).toEqual({ kind: 'usage', problem: 'Usage: nightshift wal <target> --follow' });
  expect(read('wal shop-db stock-db --follow')).toMatchObject({ kind: 'usage' });
  expect(read('wal shop-db --follow --here')).toMatchObject({ kind: 'usage' });
});

test('serve takes a directory and an address, and nothing else', () => {
  const listen = (text: string) => readCommandLine(['serve', '--listen', text], operations);
  expect(readCommandLine(['serve'], operations)).toEqual({ kind: 'serve', dataDir: 'nightshift-data' });
  expect(readCommandLine(['serve', '--data', '/var/lib/n'], operations)).toMatchObject({ dataDir: '/var/lib/n' });
  expect(listen('127.0.0.1:8080')).toMatchObject({ listen: { host: '127.0.0.1', port: 8080 } });
  expect(listen('[::1]:0')).toMatchObject({ listen: { host: '::1', port: 0 } });
  for (const wrong of ['8080', ':8080', 'localhost', 'localhost:99999', '::1:80'])
    expect(listen(wrong)).toMatchObject({ kind: 'usage', problem: expect.stringContaining('is no address') });
  expect(readCommandLine(['serve', 'now'], operations)).toMatchObject({ kind: 'usage' });
  expect(readCommandLine(['serve', '--data', ''], operations)).toMatchObject({ kind: 'usage' });
});

test('a flag of an operation is said or not, and stands in its usage', () => {
  const flagged = {
    flags: [{ name: 'explain-cost', hint: 'x' }],
    args: z.strictObject({ 'explain-cost': z.literal('yes').optional() }),
  };
  const known = operations.map((one) => (one.id === 'look' ? { ...one, ...flagged } : one));
  const args = (line: string) => readCommandLine(line.split(' '), known);
  expect(args('look shop-db --explain-cost')).toMatchObject({ args: { 'explain-cost': 'yes' } });
  expect(args('look shop-db')).toMatchObject({ args: {} });
  expect(args('look --explain-costs shop-db')).toMatchObject({
    problem: expect.stringContaining('nightshift look <target, environment or url> [--explain-cost]'),
  });
  expect(problemOf('look shop-db --explain-cost')).toContain('--explain-cost');
});

test('logs takes files and options, and has a page of its own', () => {
  expect(readCommandLine(['logs', 'a.log', '-', '--hide-names'], operations)).toMatchObject({
    kind: 'logs',
    words: { files: ['a.log', '-'], names: 'hidden', output: { kind: 'text' }, top: 10 },
  });
  expect(readCommandLine(['logs', 'a.log', '-o', 'x.json'], operations)).toMatchObject({
    words: { output: { kind: 'json', file: 'x.json' } },
  });
  expect(readCommandLine(['logs', '--help'], operations)).toMatchObject({
    kind: 'help',
    page: expect.any(String) as string,
  });
  expect(readCommandLine(['logs'], operations)).toMatchObject({ kind: 'usage' });
});

test('a name and its value may stand as two words, as in Slack', () => {
  expect(read('end shop-db pid 2211 reason stuck')).toMatchObject({ args: { pid: '2211', reason: 'stuck' } });
  expect(read('end shop-db 2211 stuck pid')).toMatchObject({ kind: 'usage' });
});
