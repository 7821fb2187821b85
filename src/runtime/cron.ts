import { Fault } from '../core/errors.ts';
import { dayOfMonthTest, dayOfWeekTest, type DayTest } from './cron-days.ts';
import { fieldValues } from './cron-field.ts';

/** The parsed inside of `cron(minutes hours day-of-month month day-of-week year)`. */
export type Cron = {
  minutes: readonly number[];
  hours: readonly number[];
  months: readonly number[];
  years: readonly number[];
  matchesDay: DayTest;
};

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/**
 * Parses the six fields of an AWS cron expression. Throws an `invalid_request` fault that names the field.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export function parseCron(text: string): Cron {
  const fields = text.trim().split(/\s+/);
  const [minutes = '', hours = '', dayOfMonth = '', months = '', dayOfWeek = '', years = ''] = fields;
  if (fields.length !== 6) throw new Fault('invalid_request', `cron(${text}) has ${fields.length} fields instead of 6`);
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new Fault('invalid_request', `cron(${text}): exactly one of day-of-month and day-of-week must be ?`);
  }
  return {
    minutes: fieldValues('minutes', minutes, { from: 0, to: 59 }),
    hours: fieldValues('hours', hours, { from: 0, to: 23 }),
    months: fieldValues('month', months, { from: 1, to: 12, names: monthNames }),
    years: fieldValues('year', years, { from: 1970, to: 2199 }),
    matchesDay: dayOfMonth === '?' ? dayOfWeekTest(dayOfWeek) : dayOfMonthTest(dayOfMonth),
  };
}
