import { expect, test } from 'vitest';
import { reachability } from '../../../src/operations/health/reachability.ts';

const target = { name: 'shop-cache', engine: 'redis', environment: 'laptop' } as const;
const away = { name: 'shop-cache-1', role: 'primary', reached: false, reason: 'nothing listens' };
const sentences = (primary: string, roleOfOther: string) =>
  reachability(target, {
    members: [away, { name: 'shop-cache-2', role: roleOfOther, reached: true }],
    primary,
    answers: {},
  }).map(({ sentence }) => sentence);

test('a replica that took over from a primary that is away is named', () => {
  expect(sentences('shop-cache-2', 'replica')).toEqual([
    'shop-cache-1 (primary) does not answer: nothing listens; shop-cache-2 takes writes now.',
  ]);
});

test('another primary of a cluster did not take over', () => {
  expect(sentences('shop-cache-2', 'primary')).toEqual(['shop-cache-1 (primary) does not answer: nothing listens.']);
});
