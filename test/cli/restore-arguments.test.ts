import { expect, test } from 'vitest';
import { restoreTarget } from '../../src/backups/restore/target.ts';
import { readRestore } from '../../src/cli/restore-arguments.ts';
import { restoreProgress } from '../../src/cli/restore-progress.ts';

test('a restore is asked for with a target, a place, and where it shall end', () => {
  expect(readRestore(['shop-db', '--into', '/x'])).toEqual({
    target: 'shop-db',
    to: { kind: 'latest' },
    into: '/x',
    store: 'primary',
    keep: false,
    json: false,
  });
  expect(
    readRestore([
      'shop-db',
      '--to',
      '0/3000028',
      '--into',
      '/x',
      '--from',
      'a',
      '--store',
      'secondary',
      '--keep',
      '--json',
    ]),
  ).toEqual({
    target: 'shop-db',
    to: { kind: 'lsn', lsn: '0/3000028' },
    into: '/x',
    from: 'a',
    store: 'secondary',
    keep: true,
    json: true,
  });
});

test.each([
  [[], /target is missing/],
  [['shop-db'], /--into needs a directory/],
  [['shop-db', '--into', '/x', '--to', '2026-13-01'], /no such time/],
  [['shop-db', '02:00', '--into', '/x'], /with quotation marks/],
  [['shop-db', '--into', '/x', '--store', 'third'], /primary or secondary/],
  [['shop-db', '--into', '/x', '--to', 'a; b'], /is no time/],
  [['shop-db', '--onto', '/x'], /Unknown option '--onto'/],
])('%j is not understood', (words, sentence) => {
  const read = readRestore(words);
  expect('problem' in read ? read.problem : '').toMatch(sentence);
});

test.each([
  ['latest', { kind: 'latest' }],
  ['end', { kind: 'end' }],
  ['2026-11-29 02:00:00Z', { kind: 'time', at: '2026-11-29T02:00:00.000Z' }],
  ['2026-11-29T02:00:00.5+02', { kind: 'time', at: '2026-11-29T00:00:00.500Z' }],
  ['2026-11-29 02:00', { kind: 'time', at: '2026-11-29T02:00:00.000Z' }],
  ['2026-11-29 02:00+0530', { kind: 'time', at: '2026-11-28T20:30:00.000Z' }],
  ['2026-11-29', { kind: 'time', at: '2026-11-29T00:00:00.000Z' }],
  ['16/b374d848', { kind: 'lsn', lsn: '16/B374D848' }],
  ['before_the_migration', { kind: 'name', name: 'before_the_migration' }],
])('%s is understood', (text, target) => {
  expect(restoreTarget(text)).toEqual(target);
});

test('how far it is goes into a bar on a terminal, and into lines elsewhere', () => {
  const said: string[] = [];
  const bar = restoreProgress({ err: (text) => void said.push(text), errColumns: 80 });
  bar.bytes(500_000, 1_000_000);
  bar.stop();
  expect(said).toEqual([`\r${'█'.repeat(15)}${'░'.repeat(15)} 0.5 of 1.0 MB`, '\n']);
  said.splice(0);
  const lines = restoreProgress({ err: (text) => void said.push(text) });
  for (let n = 0; n <= 100; n += 1) lines.bytes(n * 10_000, 1_000_000);
  expect(said).toHaveLength(11);
  expect(said.at(-1)).toBe('  100 %, 1.0 of 1.0 MB\n');
});
