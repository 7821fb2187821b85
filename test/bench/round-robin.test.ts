import { expect, it } from 'vitest';
import { measuresOf, roundRobin } from '../../scripts/bench/round-robin.ts';

/** Contenders that write down when it was their turn, and answer with how often that was. */
function observed(...names: readonly string[]) {
  const turns: string[] = [];
  const contenders = names.map((name) => ({
    name,
    measure: async () => turns.push(name),
  }));
  return { turns, contenders };
}

it('each is measured once in every round, every second round backwards', async () => {
  const { turns, contenders } = observed('a', 'b', 'c');
  await roundRobin(contenders, { rounds: 3, warmups: 0 });
  expect(turns.join('')).toBe('abccbaabc');
});

it('warm-up rounds run first and count for nothing', async () => {
  const { turns, contenders } = observed('a', 'b');
  const measured = await roundRobin(contenders, { rounds: 2, warmups: 2 });
  expect(turns.join('')).toBe('abbaabba');
  expect(measuresOf(measured, 'a')).toEqual([5, 8]);
  expect(measuresOf(measured, 'b')).toEqual([6, 7]);
});

it('nobody is mistaken for somebody else', async () => {
  const { contenders } = observed('a', 'a');
  await expect(roundRobin(contenders, { rounds: 1, warmups: 0 })).rejects.toThrow('the same name');
  expect(() => measuresOf(new Map(), 'b')).toThrow('under the name b');
});

it('a measurement that fails ends the whole', async () => {
  const broken = { name: 'broken', measure: () => Promise.reject(new Error('no answer')) };
  await expect(roundRobin([broken], { rounds: 1, warmups: 0 })).rejects.toThrow('no answer');
});
