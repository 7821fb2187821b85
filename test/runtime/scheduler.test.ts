import { expect, test } from 'vitest';
import { startScheduler, type ScheduleMemory } from '../../src/runtime/scheduler.ts';
import { virtualClock, type VirtualClock } from './virtual-clock.ts';

const nightly = { name: 'nightly', expression: 'cron(0 2 * * ? *)', timeZone: 'UTC', input: undefined };

function memoryOf(kept = new Map<string, number>()): ScheduleMemory {
  return { last: (name) => kept.get(name), remember: (name, lastMs) => void kept.set(name, lastMs) };
}

function firings(
  clock: VirtualClock,
  memory = memoryOf(),
  schedule: typeof nightly = nightly,
): { fired: string[]; stop: () => void } {
  const fired: string[] = [];
  const fire = ({ scheduledMs }: { scheduledMs: number }) =>
    void fired.push(new Date(scheduledMs).toISOString().slice(0, 16));
  return { fired, stop: startScheduler([schedule], { memory, clock, fire }) };
}

test('a new cron schedule waits for its first time', () => {
  const clock = virtualClock('2026-03-01T03:00:00Z');
  const { fired } = firings(clock);
  clock.move(22 * 3_600_000);
  expect(fired).toEqual([]);
  clock.move(25 * 3_600_000);
  expect(fired).toEqual(['2026-03-02T02:00', '2026-03-03T02:00']);
});

test('a new rate schedule fires at once', () => {
  const clock = virtualClock('2026-03-01T03:00:00Z');
  const { fired } = firings(clock, memoryOf(), { ...nightly, expression: 'rate(1 hour)' });
  clock.move(2 * 3_600_000);
  expect(fired).toEqual(['2026-03-01T03:00', '2026-03-01T04:00', '2026-03-01T05:00']);
});

test('a restart repeats no time', () => {
  const clock = virtualClock('2026-03-01T01:00:00Z');
  const memory = memoryOf();
  const before = firings(clock, memory);
  clock.move(3_600_000);
  before.stop();
  const after = firings(clock, memory);
  clock.move(60_000);
  expect([before.fired, after.fired]).toEqual([['2026-03-01T02:00'], []]);
});

test('times that were slept through are caught up once, with the youngest', () => {
  const clock = virtualClock('2026-03-01T01:00:00Z');
  const memory = memoryOf();
  firings(clock, memory).stop();
  clock.moveTo(Date.parse('2026-03-05T09:00:00Z'));
  const { fired } = firings(clock, memory);
  clock.move(60_000);
  expect(fired).toEqual(['2026-03-05T02:00']);
});

test('a time older than a day is not caught up', () => {
  const clock = virtualClock('2026-03-01T01:00:00Z');
  const memory = memoryOf();
  const monthly = { ...nightly, expression: 'cron(0 2 1 * ? *)' };
  firings(clock, memory, monthly).stop();
  clock.moveTo(Date.parse('2026-03-02T02:00:01Z'));
  const { fired } = firings(clock, memory, monthly);
  clock.move(60_000);
  expect(fired).toEqual([]);
});

test('a stopped scheduler fires nothing', () => {
  const clock = virtualClock('2026-03-01T01:00:00Z');
  const { fired, stop } = firings(clock);
  stop();
  clock.move(3 * 86_400_000);
  expect(fired).toEqual([]);
});

test('the input has the context attributes of Scheduler filled in', () => {
  const clock = virtualClock('2026-03-01T01:59:00Z');
  const payloads: unknown[] = [];
  const at = '<aws.scheduler.scheduled-time>';
  const input = {
    schedule: 'nightly',
    at,
    arn: '<aws.scheduler.schedule-arn>',
    try: '<aws.scheduler.attempt-number>',
    id: '<aws.scheduler.execution-id>',
    other: '<aws.scheduler.x>',
  };
  startScheduler([{ ...nightly, input }], { memory: memoryOf(), clock, fire: ({ payload }) => payloads.push(payload) });
  clock.move(60_000);
  expect(payloads).toEqual([
    {
      schedule: 'nightly',
      at: '2026-03-01T02:00:00Z',
      arn: expect.stringMatching(/^arn:aws:scheduler:.*:schedule\/default\/nightly$/),
      try: '1',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      other: '<aws.scheduler.x>',
    },
  ]);
});

test('a schedule without input sends a Scheduled Event', () => {
  const clock = virtualClock('2026-03-01T01:59:00Z');
  const payloads: unknown[] = [];
  startScheduler([nightly], { memory: memoryOf(), clock, fire: ({ payload }) => payloads.push(payload) });
  clock.move(60_000);
  expect(payloads).toMatchObject([
    { source: 'aws.scheduler', 'detail-type': 'Scheduled Event', time: '2026-03-01T02:00:00Z' },
  ]);
});
