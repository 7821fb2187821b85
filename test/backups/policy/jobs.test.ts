import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueJobs, jobsOf } from '../../../src/backups/policy/jobs.ts';
import { lastDue, nextDue, periodSeconds, type Times } from '../../../src/backups/policy/times.ts';
import { usualBackupPolicy } from '../../../src/core/backup-policy.ts';
import { weekdays } from '../../../src/core/weekday.ts';
import { parseScheduleExpression } from '../../../src/runtime/schedule-expression.ts';

const at = (iso: string): number => Date.parse(iso);
const named = (jobs: readonly { job: string; dueMs: number }[]): string[] =>
  jobs.map(({ job, dueMs }) => `${job} ${new Date(dueMs).toISOString().slice(0, 16)}`);
const postgres = jobsOf(usualBackupPolicy, 'postgres');

describe('what is due', () => {
  it('comes once on each day on which clocks change', () => {
    // Europe/Berlin loses 02:00 to 03:00 on the first day, and has it twice on the second.
    expect(named(dueJobs(postgres, at('2026-03-28T12:00Z'), at('2026-03-29T12:00Z')))).toContain(
      'full 2026-03-29T02:00',
    );
    expect(named(dueJobs(postgres, at('2026-10-24T12:00Z'), at('2026-10-25T12:00Z')))).toContain(
      'full 2026-10-25T02:00',
    );
    expect(nextDue({ weekly: usualBackupPolicy.full }, at('2026-03-29T02:00Z'))).toBe(at('2026-04-05T02:00Z'));
  });

  it('comes on the 29th of February and after it', () => {
    const times: Times = { monthly: { dayOfMonth: 28, minutes: 60 } };
    expect(nextDue(times, at('2028-02-28T01:00Z'))).toBe(at('2028-03-28T01:00Z'));
    expect(lastDue({ weekly: { days: ['tue'], minutes: 0 } }, at('2028-02-29T00:00Z'))).toBe(at('2028-02-29T00:00Z'));
  });

  it('is made up for once, however often it was missed', () => {
    const missed = dueJobs(postgres, at('2026-11-02T12:00Z'), at('2026-11-26T12:00Z'));
    expect(named(missed)).toEqual([
      'full 2026-11-22T02:00',
      'drill 2026-11-22T06:00',
      'incremental 2026-11-26T03:00',
      'retention 2026-11-26T05:00',
      'wal 2026-11-26T12:00',
    ]);
  });

  it('is the full backup alone where an increment was missed before it', () => {
    const missed = dueJobs(postgres, at('2026-11-20T12:00Z'), at('2026-11-22T04:00Z'));
    expect(named(missed).filter((job) => /full|incremental/.test(job))).toEqual(['full 2026-11-22T02:00']);
  });

  it('is a daily snapshot and a drill for Redis', () => {
    expect(jobsOf(usualBackupPolicy, 'redis').map(({ job }) => job)).toEqual(['snapshot', 'retention', 'drill']);
  });

  it('has the longest time between two as its period', () => {
    expect(periodSeconds({ weekly: usualBackupPolicy.full })).toBe(7 * 86_400);
    expect(periodSeconds({ weekly: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'], minutes: 0 } })).toBe(
      2 * 86_400,
    );
    expect(periodSeconds({ everyMinutes: 5 })).toBe(300);
  });

  const anyTimes: fc.Arbitrary<Times> = fc.oneof(
    fc.record({
      weekly: fc.record({
        days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }),
        minutes: fc.integer({ min: 0, max: 1439 }),
      }),
    }),
    fc.record({
      monthly: fc.record({ dayOfMonth: fc.integer({ min: 1, max: 28 }), minutes: fc.integer({ min: 0, max: 1439 }) }),
    }),
  );
  const anyMoment = fc.integer({ min: at('2025-01-01T00:00Z') / 60_000, max: at('2033-01-01T00:00Z') / 60_000 });

  it('is what the scheduler makes of the expression', () => {
    fc.assert(
      fc.property(anyTimes, anyMoment, (times, minute) => {
        const scheduler = parseScheduleExpression(expressionOf(times), 'UTC');
        expect(nextDue(times, minute * 60_000)).toBe(scheduler.next(minute * 60_000));
        const last = lastDue(times, minute * 60_000);
        expect(scheduler.missed(last - 1, minute * 60_000)).toBe(last);
      }),
      { numRuns: 200 },
    );
  });
});

/** As EventBridge Scheduler writes it, in UTC. */
function expressionOf(times: Times): string {
  if ('everyMinutes' in times) return `rate(${times.everyMinutes} ${times.everyMinutes === 1 ? 'minute' : 'minutes'})`;
  if ('monthly' in times) return `cron(${clock(times.monthly.minutes)} ${times.monthly.dayOfMonth} * ? *)`;
  const { days, minutes } = times.weekly;
  const spoken = weekdays.filter((day) => days.includes(day)).map((day) => day.toUpperCase());
  return `cron(${clock(minutes)} ? * ${spoken.length === weekdays.length ? '*' : spoken.join(',')} *)`;
}

function clock(minutes: number): string {
  return `${minutes % 60} ${Math.floor(minutes / 60)}`;
}
