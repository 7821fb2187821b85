import { expect, test } from 'vitest';
import { abort } from '../../src/operations/abort.ts';
import { expectPublished } from '../published-json.ts';
import { contextOf, story } from './stories.ts';

async function aborted(change: Parameters<typeof contextOf>[0] = {}, id = 'switchover-0a1b2c3d') {
  const report = await abort.answer(contextOf(change), { run: id });
  expectPublished({ done: report });
  return report.headline;
}

test('a run that has not begun to act is stopped for good', async () => {
  expect(await aborted()).toBe('switchover-0a1b2c3d is stopped; nothing was done, and nothing will be');
});

test('what cannot be stopped any more says why, and who may where it is a matter of rights', async () => {
  expect(await aborted({ abort: async () => ({ refused: 'It began to act.' }) })).toBe('It began to act.');
  expect(await aborted({ abort: async () => ({ refused: 'You may not.', who: 'ada' }) })).toBe(
    'You may not. Who can: ada.',
  );
});

test('a run that has ended is left alone', async () => {
  const ended = story({ status: 'done', headline: 'moved', endedAt: '2026-11-24T02:13:00.000Z' });
  expect(await aborted({ run: async () => ended, abort: () => Promise.reject(new Error('asked')) })).toBe(
    'switchover-0a1b2c3d has ended already: moved',
  );
});

test('a run that is not there is said to be so', async () => {
  expect(await aborted({}, 'end-ffffffff')).toBe(
    'there is no run end-ffffffff that you may see; runs are kept for 90 days',
  );
});
