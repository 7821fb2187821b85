import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { RDSClient } from '@aws-sdk/client-rds';
import { expect, test } from 'vitest';
import { readEvents } from '../../src/providers/rds/log-events.ts';
import { readPortions } from '../../src/providers/rds/log-portions.ts';

const START = Date.parse('2026-11-28T03:00:00Z');

/** A service whose answers never end, and a clock that goes on a second at each call. */
function endless(answer: object) {
  const clock = { nowMs: START, calls: 0 };
  const send = async () => {
    clock.nowMs += 1_000;
    clock.calls += 1;
    if (clock.calls > 1_000) throw new Error('asked a thousand times');
    return answer;
  };
  const reader = { now: () => clock.nowMs, budget: { bytes: 1e6, seconds: 6 }, take: () => {} };
  return { client: { send } as unknown, clock, reader };
}
const since = new Date(START - 600_000).toISOString();

test('CloudWatch that gives one empty page after the other is asked as long as the budget says, and the report tells', async () => {
  const { client, clock, reader } = endless({ events: [], nextToken: 'more' });
  const read = await readEvents(client as CloudWatchLogsClient, { name: 'g', instance: 'i' }, { since }, reader);
  expect(clock.calls).toBeLessThan(10);
  expect(read).toMatchObject({ bytes: 0, why: 'more was written than one reading may fetch' });
  expect(read?.from).toBe(read?.until);
});

test('a list of files without an end, and portions without bytes, end with the budget; nothing counts as read', async () => {
  const file = { LogFileName: 'error/postgresql.log.1', Size: 10, LastWritten: START };
  const { client, clock, reader } = endless({ DescribeDBLogFiles: [file], Marker: '0', AdditionalDataPending: true });
  const read = await readPortions(client as RDSClient, 'i', { since }, reader);
  expect(clock.calls).toBeLessThan(120);
  expect(read).toMatchObject({ bytes: 0, until: since, why: 'more was written than one reading may fetch' });
});
