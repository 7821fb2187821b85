import { expect, test } from 'vitest';
import { postmortem } from '../../src/operations/postmortem.ts';
import { expectPublished } from '../published-json.ts';
import { contextOf, record, story } from './stories.ts';
import type { IncidentStory } from '../../src/core/incident-story.ts';

async function draft(id: string, context = contextOf()) {
  const report = await postmortem.answer(context, { of: id });
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

const incident: IncidentStory = {
  target: 'shop-cache',
  openedAt: '2026-11-24T02:00:00.000Z',
  resolvedAt: '2026-11-24T02:24:00.000Z',
  alarms: [
    { at: '2026-11-24T02:00:00.000Z', alarm: 'shop-cache-memory', state: 'ALARM', reason: 'above 90 %' },
    { at: '2026-11-24T02:24:00.000Z', alarm: 'shop-cache-memory', state: 'OK', reason: 'below 90 %' },
  ],
  events: [{ at: '2026-11-24T02:05:00.000Z', source: 'shop-cache-1', message: 'Recovering cache nodes' }],
  runs: [
    {
      run: record({
        runId: 'health-1',
        operation: 'health',
        trigger: { kind: 'alarm', name: 'shop-cache-memory', at: '2026-11-24T02:00:00.000Z', incident: 'i1' } as never,
        status: 'done',
        headline: '1 critical: memory',
        startedAt: '2026-11-24T02:00:01.000Z',
        endedAt: '2026-11-24T02:00:03.000Z',
      }),
      entries: [],
    },
    story({ status: 'done', headline: 'shop-cache-2 takes the writes now' }),
  ],
};

test('the draft of an incident has alarms, events, looks and what was done in one timeline', async () => {
  const report = await draft('shop-cache', contextOf({ incident: async () => incident }));
  expect(report.headline).toBe('draft of a post-mortem of the incident of 2026-11-24 02:00 UTC');
  expect(report.items?.[0]?.lines.join('\n')).toBe(`# shop-cache: incident of 2026-11-24

- Began: 2026-11-24T02:00:00.000Z, with shop-cache-memory
- Ended: 2026-11-24T02:24:00.000Z (24 min)
- Alarms: shop-cache-memory
- switchover (switchover-0a1b2c3d, approved by ada): shop-cache-2 takes the writes now
  Loss that was planned for: No acknowledged write.

## Timeline (UTC)

- 2026-11-24 02:00:00 · alarm shop-cache-memory · ALARM · above 90 %
- 2026-11-24 02:00:03 · health for alarm:shop-cache-memory · 1 critical: memory
- 2026-11-24 02:05:00 · event of shop-cache-1 · Recovering cache nodes
- 2026-11-24 02:10:07 · switchover · requested · omar · args {}
- 2026-11-24 02:12:07 · switchover · approved · ada · Your yes counts.
- 2026-11-24 02:24:00 · alarm shop-cache-memory · OK · below 90 %

## To be answered

- What did clients see, and for how long?
- Why did it happen?
- What will be done, by whom, until when?`);
});

test('a long draft comes in parts that fit, and no line is lost', async () => {
  const alarms = Array.from({ length: 90 }, (_, n) => ({
    at: new Date(Date.parse(incident.openedAt) + n * 1000).toISOString(),
    alarm: 'shop-cache-memory',
    state: n % 2 === 0 ? 'ALARM' : 'OK',
    reason: `round ${n}`,
  }));
  const { items = [] } = await draft('shop-cache', contextOf({ incident: async () => ({ ...incident, alarms }) }));
  expect(items.length).toBeGreaterThan(1);
  expect(items.every(({ lines }) => lines.join('\n').length <= 2_400)).toBe(true);
  const all = items.flatMap(({ lines }) => lines).join('\n');
  expect(alarms.every(({ reason }) => all.includes(`${reason}\n`))).toBe(true);
});

test('a target without an incident has no draft', async () => {
  const report = await draft('shop-cache', contextOf({ incident: async () => undefined }));
  expect(report).toMatchObject({ status: 'unknown', headline: 'there is no incident of shop-cache on record' });
});

const canary = {
  startedAt: '2026-11-24T02:12:00.000Z',
  everyMilliseconds: 200,
  attempts: [
    { atMilliseconds: 0, tookMilliseconds: 2, member: 'shop-db-1' },
    { atMilliseconds: 200, tookMilliseconds: 1000, member: null, why: 'read-only' },
    { atMilliseconds: 1200, tookMilliseconds: 3, member: 'shop-db-2' },
  ],
  lost: 0,
  found: 1,
  login: 'nightshift_canary',
};

test('the draft of a run that moved the writes says for how long nothing was acknowledged, and what the canary saw', async () => {
  const told = story({ status: 'done' });
  const result = { ended: 'switched', writeGapMilliseconds: 412, canary };
  const acted = { ...told.entries[1]!, id: '3', what: 'acted' as const, detail: { phase: 'result', result } };
  const identity = { from: 'shop-db-1', to: 'shop-db-2' };
  const plan = told.plan && { ...told.plan, plan: { ...told.plan.plan, identity } };
  const moved = { ...told, ...(plan ? { plan } : {}), entries: [...told.entries, acted] };
  const figures = [
    '- Writes stood still: 412 ms, from the hold to the first commit of the step',
    expect.stringMatching(/^- Seen by the canary: Canary writes of nightshift_canary stood still for 1\.2 s/),
    '- Seen by the canary: Lost of the canary: none of what shop-db-1 had acknowledged.',
  ] as string[];
  const ofRun = (await draft('switchover-0a1b2c3d', contextOf({ run: async () => moved }))).items?.[0]?.lines;
  for (const line of figures) expect(ofRun).toContainEqual(line);
  const drawn = ['```mermaid', 'xychart-beta', '  bar [1, 0, 0, 0, 0, 0, 1]', '```'];
  for (const line of drawn) expect(ofRun).toContain(line);
  const runs = [moved];
  const ofIncident = await draft('shop-cache', contextOf({ incident: async () => ({ ...incident, runs }) }));
  expect(ofIncident.items?.[0]?.lines).toContain(`  ${figures[0]}`);
  expect(ofIncident.items?.[0]?.lines).toContain('  bar [1, 0, 0, 0, 0, 0, 1]');
  const spans = [{ from: '2026-11-24T02:12:00.002Z', to: '2026-11-24T02:12:01.203Z', label: '1.2 s without a write' }];
  expect(ofIncident.charts).toMatchObject([{ title: 'shop-cache · time of each canary write', spans }]);
});

test('what a version before wrote down of a canary is left out of a draft', async () => {
  const told = story({ status: 'done' });
  const detail = { phase: 'result', result: { ended: 'switched', canary: { attempts: 3 } } };
  const acted = { ...told.entries[1]!, what: 'acted' as const, detail };
  const run = async () => ({ ...told, entries: [acted] });
  const lines = (await draft('switchover-0a1b2c3d', contextOf({ run }))).items?.[0]?.lines ?? [];
  expect(lines.filter((line) => /^- Seen by|^## Writes/.test(line))).toEqual([]);
});
