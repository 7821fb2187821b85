import { expect, it } from 'vitest';
import { cutSentinels, type Cut } from '../../../src/providers/sentinel/switchover/settle.ts';
import type { RedisMember } from '../../../src/targets/redis.ts';

const cut = (name: string, tried: Cut['tried']): Cut => ({ sentinel: { name } as RedisMember, tried });
const done = cut('s1', { done: 1 });

it('goes on with the Sentinels from which the worker was cut off', () => {
  const names = cutSentinels([done, cut('s2', { unknown: 'it is away' })])?.map(({ name }) => name);
  expect(names).toEqual(['s1']);
});

it('is unknown where a Sentinel refuses to cut the worker off', () => {
  expect(cutSentinels([done, cut('s2', { refused: 'NOPERM' })])).toBeUndefined();
});
