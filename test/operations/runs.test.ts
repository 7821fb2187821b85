import { expect, test } from 'vitest';
import { runs } from '../../src/operations/runs.ts';
import { expectPublished } from '../published-json.ts';
import { contextOf, record } from './stories.ts';

async function listed(args: object, context = contextOf()) {
  const report = await runs.answer(context, args);
  expectPublished({ done: report });
  return report;
}

test('runs are listed with who asked and how they ended, by the id that other verbs take', async () => {
  const ended = record({ status: 'done', headline: 'shop-cache-2 takes the writes now' });
  const report = await listed({}, contextOf({ runs: async () => [ended] }));
  expect(report.headline).toBe('the last 1 runs');
  expect(report.tables[0]?.rows).toEqual([
    {
      at: '2026-11-24 02:10',
      run: 'switchover-0a1b2c3d',
      subject: 'shop-cache',
      by: 'omar',
      status: 'done',
      headline: 'shop-cache-2 takes the writes now',
    },
  ]);
});

test('without a name all that a person may see is asked, with one only that', async () => {
  const asked: unknown[] = [];
  const context = contextOf({ runs: async (subjects) => (asked.push(subjects), []) });
  expect((await listed({}, context)).headline).toBe('nothing ran yet');
  await listed({ subject: 'Shop-DB' }, context);
  expect(asked).toEqual([['laptop', 'shop-db', 'shop-cache'], ['shop-db']]);
});

test('a name that a person may not see is told from one without runs', async () => {
  expect((await listed({ subject: 'moon' })).headline).toBe('there is no such target or environment that you may see');
});

test('of a large fleet it says how many were not asked', async () => {
  const targets = Array.from({ length: 100 }, (_, n) => ({
    name: `db-${n}`,
    engine: 'redis' as const,
    environment: 'laptop',
  }));
  expect((await listed({}, contextOf({ targets }))).text).toEqual(['61 more targets were not asked: name one.']);
});
