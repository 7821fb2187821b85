import { expect, test } from 'vitest';
import { whyNotSchedule, whyNotTimeZone } from '../../src/config/schedule-expression.ts';

test.each([
  'cron(0 2 * * ? *)',
  'cron(0/15 8-17 ? * MON-FRI *)',
  'cron(30 10 L * ? 2026-2030)',
  'cron(0 9 15W JAN,JUL ? *)',
  'cron(0 9 ? * 2#1 *)',
  'cron(0 9 ? * 6L *)',
  'rate(1 hour)',
  'rate(15 minutes)',
  'rate(7 days)',
])('%s is taken', (expression) => {
  expect(whyNotSchedule(expression)).toBeUndefined();
});

test.each([
  ['0 2 * * *', 'is written cron('],
  ['cron(0 2 * * *)', 'six fields'],
  ['cron(0  2 * * ? *)', 'six fields'],
  ['cron(60 2 * * ? *)', 'minutes'],
  ['cron(0 2 * 13 ? *)', 'month'],
  ['cron(0 2 ? * MOON *)', 'day of week'],
  ['cron(0 2 * * * *)', 'exactly one'],
  ['cron(0 2 ? * ? *)', 'exactly one'],
  ['cron(*/0 2 * * ? *)', 'minutes'],
  ['rate(0 hours)', 'whole number'],
  ['rate(1 hours)', 'singular and plural'],
  ['rate(2 hour)', 'singular and plural'],
  ['rate(30 seconds)', 'whole number'],
])('%s is refused: %s', (expression, reason) => {
  expect(whyNotSchedule(expression)).toContain(reason);
});

test('a time zone is an IANA name', () => {
  expect(whyNotTimeZone('Europe/Berlin')).toBeUndefined();
  expect(whyNotTimeZone('UTC')).toBeUndefined();
  expect(whyNotTimeZone('+02:00')).toContain('not an offset');
  expect(whyNotTimeZone('Mars/Olympus')).toContain('not a known');
});
