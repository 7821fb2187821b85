import { expect, test } from 'vitest';
import { incidentStory } from '../../src/app/incident-book.ts';
import type { RunRecord } from '../../src/core/run-record.ts';
import { openState } from '../../src/state/index.ts';
import { memoryTable } from './memory-table.ts';

const at = (time: string) => `2026-11-24T0${time}:00.000Z`;

function book(times: readonly string[]) {
  const state = openState(memoryTable(() => Date.parse(at('6:00'))));
  const runs = times.map((startedAt, n) => ({ runId: `health-${n}`, startedAt }) as RunRecord);
  const told = {
    youngest: async () => runs.toReversed(),
    story: async (id: string) => ({ run: runs.find(({ runId }) => runId === id) as RunRecord, entries: [] }),
  };
  const alarm = (time: string, change: 'ALARM' | 'OK') =>
    state.incidents.record('shop-db', {
      alarm: 'shop-db-lag',
      state: change,
      at: at(time),
      reason: `${change} ${time}`,
    });
  const event = (time: string) =>
    state.notes.add('shop-db', {
      kind: 'event',
      name: 'RDS-EVENT-0006',
      source: 'shop-db-1',
      at: at(time),
      message: time,
    });
  const story = () => incidentStory({ ...state, book: told }, 'shop-db');
  return { alarm, event, story };
}

test('an incident has what happened from its first alarm to an hour after its last one', async () => {
  const { alarm, event, story } = book([at('1:59'), at('2:01'), at('3:20'), at('3:31')]);
  await alarm('1:00', 'ALARM');
  await alarm('1:05', 'OK');
  await alarm('2:00', 'ALARM');
  await alarm('2:30', 'OK');
  await event('1:02');
  await event('2:05');
  await event('3:40');
  expect(await story()).toEqual({
    target: 'shop-db',
    openedAt: at('2:00'),
    resolvedAt: at('2:30'),
    alarms: [
      { alarm: 'shop-db-lag', state: 'ALARM', at: at('2:00'), reason: '' },
      { alarm: 'shop-db-lag', state: 'OK', at: at('2:30'), reason: 'OK 2:30' },
    ],
    events: [{ at: at('2:05'), source: 'shop-db-1', message: '2:05' }],
    runs: [
      { run: { runId: 'health-1' }, entries: [] },
      { run: { runId: 'health-2' }, entries: [] },
    ].map((one) => expect.objectContaining({ run: expect.objectContaining(one.run) as unknown })),
  });
});

test('an open incident has all since its first alarm', async () => {
  const { alarm, story } = book([at('2:01'), at('5:00')]);
  await alarm('2:00', 'ALARM');
  const open = await story();
  expect(open?.resolvedAt).toBeUndefined();
  expect(open?.runs.map(({ run }) => run.startedAt)).toEqual([at('2:01'), at('5:00')]);
});

test('a target without alarms has none', async () => {
  expect(await book([]).story()).toBeUndefined();
});
