import { expect, test } from 'vitest';
import { postmortem } from '../../src/operations/postmortem.ts';
import { expectPublished } from '../published-json.ts';
import { contextOf, story } from './stories.ts';

async function draft(id: string, context = contextOf()) {
  const report = await postmortem.answer(context, { run: id });
  expectPublished({ done: report });
  return report;
}

test('the draft says what was asked, planned, approved and done, and asks what no record knows', async () => {
  const ended = { status: 'done', headline: 'shop-cache-2 takes the writes now', endedAt: '2026-11-24T02:13:09.000Z' };
  const report = await draft(
    'switchover-0a1b2c3d',
    contextOf({ run: async () => story({ ...ended, status: 'done' }) }),
  );
  expect(report.items?.[0]?.lines.join('\n')).toBe(`# shop-cache: switchover of 2026-11-24

- Run: switchover-0a1b2c3d, asked by omar
- Began: 2026-11-24T02:10:07.000Z
- Ended: 2026-11-24T02:13:09.000Z (182 s)
- Outcome: done, shop-cache-2 takes the writes now
- Approved by: ada (plan ffffffffffff)
- Loss that was planned for: No acknowledged write.

## Plan

1. Hold the writes on shop-cache-1

## Timeline (UTC)

- 2026-11-24 02:10:07 · requested · omar · args {}
- 2026-11-24 02:12:07 · approved · ada · Your yes counts.

## To be answered

- What did clients see, and for how long?
- Why did it happen?
- What will be done, by whom, until when?`);
});

test('of a run that has not ended it says so', async () => {
  expect((await draft('switchover-0a1b2c3d')).items?.[0]?.lines).toContain('- Ended: not yet');
});

test('a run that is not there has no draft', async () => {
  expect(await draft('end-ffffffff')).toMatchObject({ status: 'unknown', headline: expect.stringMatching(/no run/) });
});
