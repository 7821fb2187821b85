import { describe, expect, it } from 'vitest';
import { standing } from '../../../src/operations/keys/pattern-node.ts';
import { createPatternTree } from '../../../src/operations/keys/pattern-tree.ts';
import { countKey } from '../../../src/operations/keys/stats.ts';

const key = { type: 'string', memoryBytes: 100, members: 1, ttlSeconds: null, frequency: null };

/** How many keys each pattern has, and what a name is shown as. */
function counted(names: readonly string[]) {
  const tree = createPatternTree();
  for (const name of names) countKey(standing(tree.patternOf(name)).stats, { ...key, name });
  const { patterns, textOf } = tree.finish();
  return { textOf, keys: Object.fromEntries(patterns.map(({ text, stats }) => [text, stats.keys])) };
}
const times = (count: number, name: (n: number) => string) => Array.from({ length: count }, (_, n) => name(n));

describe('the patterns of keys', () => {
  it('have a star for what differs and keep what is shared', () => {
    const { keys, textOf } = counted([
      ...times(20, (n) => `user:${n}:session`),
      ...times(30, (n) => `user:${n}:cart`),
      ...times(5, (n) => `cache/page/${n}`),
    ]);
    expect(keys).toEqual({ 'user:*:session': 20, 'user:*:cart': 30, 'cache/*/*': 5 });
    expect(textOf('user:3:cart')).toBe('user:*:cart');
    expect(textOf('user:3:never-seen')).toBe('user:*:*');
  });

  it('show no name that fewer than ten keys share, but for a plain first word', () => {
    const { keys } = counted(['leaderboard', 'user:alice', 'user:bob', ...times(10, (n) => `user:${n}:cart`)]);
    expect(keys).toEqual({ leaderboard: 1, 'user:*': 2, 'user:*:cart': 10 });
  });

  it('take many different words in one place for names', () => {
    const letters = (n: number) =>
      `${String.fromCodePoint(97 + (n % 26))}${String.fromCodePoint(97 + Math.floor(n / 26))}`;
    const people = times(100, letters).flatMap((name) => times(12, (n) => `person:${name}:item:${n}`));
    expect(counted(people).keys).toEqual({ 'person:*:item:*': 1200 });
  });

  it('stay bounded and complete when names have no order at all', () => {
    const word = (n: number) => Array.from(String(n), (digit) => 'abcdefghij'[Number(digit)]).join('');
    const names = times(60_000, (n) => `${word(n % 200)}:${word(n % 37)}:${word(n % 61)}:${word(n % 59)}`);
    const { keys } = counted(names);
    expect(Object.values(keys).reduce((sum, one) => sum + one, 0)).toBe(60_000);
    expect(Object.keys(keys).length).toBeLessThan(20_001);
  });

  it('survive the empty name, only separators, and a hundred parts', () => {
    const { keys } = counted(['', ':::', 'a:'.repeat(100)]);
    expect(Object.values(keys)).toEqual([1, 1, 1]);
  });
});
