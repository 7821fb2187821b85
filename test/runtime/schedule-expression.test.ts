import { expect, test } from 'vitest';
import { parseScheduleExpression } from '../../src/runtime/schedule-expression.ts';

function times(expression: string, timeZone: string, after: string, count: number): string[] {
  const parsed = parseScheduleExpression(expression, timeZone);
  const found: string[] = [];
  for (
    let lastMs = parsed.next(Date.parse(after));
    lastMs !== undefined && found.length < count;
    lastMs = parsed.next(lastMs)
  ) {
    found.push(new Date(lastMs).toISOString().slice(0, 16));
  }
  return found;
}

test.for<[string, string, string[]]>([
  ['every quarter of an hour', 'cron(0/15 * ? * * *)', ['2026-01-01T00:15', '2026-01-01T00:30', '2026-01-01T00:45']],
  ['a list and a range', 'cron(0 8,10-11 * * ? *)', ['2026-01-01T08:00', '2026-01-01T10:00', '2026-01-01T11:00']],
  ['weekdays by name', 'cron(0 18 ? * MON-FRI *)', ['2026-01-01T18:00', '2026-01-02T18:00', '2026-01-05T18:00']],
  ['1 as Sunday', 'cron(0 2 ? * 1 *)', ['2026-01-04T02:00', '2026-01-11T02:00', '2026-01-18T02:00']],
  ['a range over the weekend', 'cron(0 2 ? * FRI-MON *)', ['2026-01-02T02:00', '2026-01-03T02:00', '2026-01-04T02:00']],
  ['the first of a month', 'cron(0 8 1 * ? *)', ['2026-01-01T08:00', '2026-02-01T08:00', '2026-03-01T08:00']],
  ['the last day of a month', 'cron(0 10 L * ? *)', ['2026-01-31T10:00', '2026-02-28T10:00', '2026-03-31T10:00']],
  ['the last Friday of a month', 'cron(15 10 ? * 6L *)', ['2026-01-30T10:15', '2026-02-27T10:15', '2026-03-27T10:15']],
  ['the second Tuesday', 'cron(0 9 ? * TUE#2 *)', ['2026-01-13T09:00', '2026-02-10T09:00', '2026-03-10T09:00']],
  [
    'the weekday nearest to the 1st',
    'cron(0 9 1W 2-8/3 ? *)',
    ['2026-02-02T09:00', '2026-05-01T09:00', '2026-08-03T09:00'],
  ],
  [
    'the weekday nearest to the 31st',
    'cron(0 9 31W * ? *)',
    ['2026-01-30T09:00', '2026-03-31T09:00', '2026-05-29T09:00'],
  ],
  ['months by name', 'cron(0 0 1 JAN,JUL ? *)', ['2026-07-01T00:00', '2027-01-01T00:00', '2027-07-01T00:00']],
  ['a year', 'cron(0 0 29 2 ? 2028)', ['2028-02-29T00:00']],
  ['a rate', 'rate(5 minutes)', ['2026-01-01T00:05', '2026-01-01T00:10', '2026-01-01T00:15']],
  ['a rate of one day', 'rate(1 day)', ['2026-01-02T00:00', '2026-01-03T00:00', '2026-01-04T00:00']],
  ['one time', 'at(2026-11-20T13:00:00)', ['2026-11-20T13:00']],
])('reads %s', ([, expression, expected]) => {
  expect(times(expression, 'UTC', '2026-01-01T00:00:00Z', 3)).toEqual(expected);
});

test('a time zone is followed through summer and winter', () => {
  const sundays = times('cron(0 2 ? * SUN *)', 'Europe/Berlin', '2026-10-16T00:00:00Z', 3);
  expect(sundays).toEqual(['2026-10-18T00:00', '2026-10-25T00:00', '2026-11-01T01:00']);
});

test('a local time that clocks skip in spring does not run that day', () => {
  const nights = times('cron(30 2 * * ? *)', 'Europe/Berlin', '2026-03-27T12:00:00Z', 2);
  expect(nights).toEqual(['2026-03-28T01:30', '2026-03-30T00:30']);
});

test('a local time that clocks repeat in autumn runs once, at the first of the two', () => {
  const nights = times('cron(30 1 * * ? *)', 'America/New_York', '2026-10-31T12:00:00Z', 2);
  expect(nights).toEqual(['2026-11-01T05:30', '2026-11-02T06:30']);
});

test.for([
  'cron(0 2 * * * *)',
  'cron(0 2 ? * ? *)',
  'cron(0 2 * * ?)',
  'cron(60 2 * * ? *)',
  'cron(0 2 32 * ? *)',
  'cron(0/0 2 * * ? *)',
  'cron(0 2 ? * FOO *)',
  'rate(0 minutes)',
  'rate(5 weeks)',
  'at(tomorrow)',
  '0 2 * * *',
])('refuses %s', (expression) => {
  expect(() => parseScheduleExpression(expression, 'UTC')).toThrow(
    expect.objectContaining({ code: 'invalid_request' }),
  );
});

test('refuses an unknown time zone', () => {
  expect(() => parseScheduleExpression('rate(1 day)', 'Mars/Olympus')).toThrow(/not a time zone/);
});
