import { expect, test } from 'vitest';
import { readArguments } from '../../src/core/arguments.ts';
import { run } from '../../src/operations/run.ts';
import { expectPublished } from '../published-json.ts';
import { contextOf, story } from './stories.ts';

async function told(id: string, context = contextOf()) {
  const report = await run.answer(context, { run: id });
  expectPublished({ done: report });
  return report;
}

test('a run that waits is told with its plan, who approved, its record, and a way to stop it', async () => {
  const report = await told('switchover-0a1b2c3d');
  expect(report.headline).toBe('switchover waiting: not ended yet');
  expect(report.facts).toEqual([
    { label: 'Run', value: 'switchover-0a1b2c3d' },
    { label: 'Asked by', value: 'omar' },
    { label: 'Began', value: '2026-11-24T02:10:07.000Z' },
    { label: 'Plan', value: 'ffffffffffff, pending' },
    { label: 'Approved by', value: 'ada' },
    { label: 'Step 1', value: 'Hold the writes on shop-cache-1' },
    { label: 'Loss', value: 'No acknowledged write.' },
  ]);
  expect(report.tables[0]?.rows).toEqual([
    { at: '2026-11-24 02:10:07', what: 'requested', who: 'omar', detail: 'args {}' },
    { at: '2026-11-24 02:12:07', what: 'approved', who: 'ada', detail: 'Your yes counts.' },
  ]);
  expect(report.next).toMatchObject([{ operation: 'abort' }]);
});

test('a run that has ended offers nothing to stop', async () => {
  const ended = { status: 'done', headline: 'moved', endedAt: '2026-11-24T02:13:00.000Z' } as const;
  const report = await told('x-00000000', contextOf({ run: async () => story(ended) }));
  expect(report.headline).toBe('switchover done: moved');
  expect(report.next).toEqual([]);
});

test('a run that is not there, or not for this person, is said to be neither', async () => {
  expect((await told('end-ffffffff')).headline).toBe(
    'there is no run end-ffffffff that you may see; runs are kept for 90 days',
  );
});

test('an id is taken as messages show it', () => {
  expect(readArguments(run.args, { run: 'run end-0a1b2c3d' })).toEqual({ args: { run: 'end-0a1b2c3d' } });
  expect(readArguments(run.args, { run: '2211' })).toMatchObject({
    problems: [{ message: 'the id of a run as messages name it, such as switchover-0a1b2c3d' }],
  });
});
