import { expect, test } from 'vitest';
import { namesAsStandby } from '../../../../src/providers/self-managed/backup/standby-names.ts';

test.each([
  ['', false],
  ['*', true],
  ['shop-db-2', false],
  ['nightshift_wal', true],
  ['NIGHTSHIFT_WAL, shop-db-2', true],
  ['FIRST 1 (shop-db-2, "Nightshift_WAL")', true],
  ['ANY 2 (a, b, *)', true],
  ['any 2 (a, "b ""c""", nightshift_wal2)', false],
  ['2 (a, nightshift_wal)', true],
])('"%s" takes the receiver for a synchronous standby: %s', (setting, answer) => {
  expect(namesAsStandby(setting, 'nightshift_wal')).toBe(answer);
});
