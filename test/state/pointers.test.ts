import { expect, test } from 'vitest';
import { createPointerWrites } from '../../src/state/pointers.ts';
import { memoryTable } from '../app/memory-table.ts';

const NIGHT = Date.parse('2026-11-28T02:00:00Z');
const said = (host: string) => ({ host, kept: host, ttlSeconds: 30, version: null });
const write = (n: number) => ({
  runId: `repoint-${n}`,
  at: new Date(NIGHT).toISOString(),
  before: said('a'),
  after: said('b'),
});

test('changes of a pointer are kept, the youngest first, one for each run, ten for a month', async () => {
  let nowMs = NIGHT;
  const pointers = createPointerWrites(memoryTable(() => nowMs));
  expect(await pointers.kept('shop-db')).toEqual([]);
  for (let n = 1; n <= 11; n += 1) await pointers.keep('shop-db', write(n));
  await pointers.keep('shop-db', write(11));
  expect((await pointers.kept('shop-db')).map(({ runId }) => runId)).toEqual(
    [11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((n) => `repoint-${n}`),
  );
  expect(await pointers.kept('shop-cache')).toEqual([]);
  nowMs += 31 * 86_400_000;
  expect(await pointers.kept('shop-db')).toEqual([]);
});
