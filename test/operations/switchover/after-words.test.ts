import { expect, it } from 'vitest';
import type { AfterLook } from '../../../src/operations/switchover/after-look.ts';
import { lookAfter } from '../../../src/operations/switchover/after-look.ts';
import { afterTold } from '../../../src/operations/switchover/after-words.ts';
import type { AnyTarget } from '../../../src/targets/index.ts';

const about = { target: 'shop-db', from: 'shop-db-1', to: 'shop-db-2' };
const shop = { name: 'shop-web', user: 'shop', host: '10.0.0.5', clients: 8 };
const told = (after: AfterLook | null) => afterTold(after, about);

it('says who is connected to the old server still, and shows them', () => {
  const { text, tables, next } = told({ left: { groups: [shop], clients: 12 }, refused: { writes: 14, sessions: 1 } });
  expect(text).toEqual([
    '12 clients are still connected to shop-db-1, most of them shop-web from 10.0.0.5: point them at shop-db-2, or restart them; what they read there grows old.',
    'The logs have 14 refused writes (25006, read-only) and 1 refused session (57P03) since it began.',
  ]);
  expect(tables[0]?.rows).toEqual([shop]);
  expect(next).toMatchObject([{ operation: 'sessions', args: ['member', 'shop-db-1'], disruptive: false }]);
});

it('says that nobody is left, and how clients fare behind the poolers', () => {
  expect(told({ left: { groups: [], clients: 0 }, pools: [{ name: 'pool-1', waiting: 1, atWork: 3 }] })).toEqual({
    text: [
      'No client is connected to shop-db-1 any more.',
      'pool-1: 1 client waits, 3 connections to the server at work.',
    ],
    tables: [],
    next: [],
  });
});

it('says what could not be seen, and why', () => {
  const { text } = told({ left: { unseen: 'shop-db-1 does not answer' }, refused: { unseen: 'no log was read' } });
  expect(text).toEqual([
    'Whether clients are still on shop-db-1 could not be seen: shop-db-1 does not answer.',
    'How many clients were refused meanwhile cannot be seen: no log was read.',
  ]);
});

it('says nothing where nobody could look', () => {
  expect(told(null)).toEqual({ text: [], tables: [], next: [] });
});

it('never fails: what throws is unseen', async () => {
  const query = async () => {
    throw new Error('the server stopped answering');
  };
  const target = { engine: 'postgres', name: 'shop-db', members: [{ name: 'shop-db-1', query }], unreached: [] };
  expect(await lookAfter(target as unknown as AnyTarget, { from: 'shop-db-1', sinceSeconds: 30 })).toEqual({
    left: { unseen: 'the server stopped answering' },
    refused: { unseen: 'the servers hand out no log here' },
  });
});
