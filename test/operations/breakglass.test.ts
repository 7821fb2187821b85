import { expect, test } from 'vitest';
import { readArguments } from '../../src/core/arguments.ts';
import { breakglass } from '../../src/operations/breakglass.ts';
import { expectPublished } from '../published-json.ts';
import { contextOf } from './stories.ts';

const reason = 'the shop is down and nobody answers';

async function broken(change: Parameters<typeof contextOf>[0] = {}, id = 'switchover-0a1b2c3d') {
  const report = await breakglass.answer(contextOf(change), { run: id, reason });
  expectPublished({ done: report });
  return report.headline;
}

test('one word is enough, and it is said who hears of it', async () => {
  expect(await broken()).toBe(
    'switchover-0a1b2c3d goes on by your word alone; all approvers are being told, and it is on record',
  );
});

test('where it is not allowed it says why, and who may', async () => {
  expect(await broken({ breakGlass: async () => ({ refused: 'Nobody may.', who: 'ada' }) })).toBe(
    'Nobody may. Who can: ada.',
  );
  expect(await broken({}, 'end-ffffffff')).toBe(
    'there is no run end-ffffffff that you may see; runs are kept for 90 days',
  );
});

test('a reason is asked for that others can understand', () => {
  const read = readArguments(breakglass.args, { run: 'switchover-0a1b2c3d', reason: 'urgent' });
  expect(read).toMatchObject({
    problems: [{ message: 'say why it cannot wait for a second person; everybody will read it' }],
  });
});
