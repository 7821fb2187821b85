import { expect, test } from 'vitest';
import { createSeenNames } from '../../../src/operations/keys/seen-names.ts';

test('a name is new once, also after the table has grown, and no other name is taken for it', () => {
  const names = createSeenNames();
  const all = Array.from({ length: 300_000 }, (_, n) => `user:${n}:s`);
  expect(all.filter((name) => names.add(name)).length).toBe(all.length);
  expect(all.filter((name) => names.add(name))).toEqual([]);
});
