import { fieldValues, valueOf } from './cron-field.ts';

/** Whether a day of the calendar is meant; months count from 1. */
export type DayTest = (year: number, month: number, day: number) => boolean;

const days = { from: 1, to: 31 };
const weekdays = { from: 1, to: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] };

/** `15`, `1-5`, `L` (last day), `15W` (weekday nearest to the 15th, in the same month). */
export function dayOfMonthTest(text: string): DayTest {
  if (text === 'L') return (year, month, day) => day === lastDay(year, month);
  const nearest = /^(\d+)W$/.exec(text)?.[1];
  if (nearest !== undefined) {
    const wanted = valueOf('day-of-month', nearest, days);
    return (year, month, day) => day === nearestWeekday(year, month, wanted);
  }
  const values = new Set(fieldValues('day-of-month', text, days));
  return (_year, _month, day) => values.has(day);
}

/** `MON-FRI`, `6L` (last Friday of the month), `3#2` (second Tuesday), `L` (Saturday). */
export function dayOfWeekTest(text: string): DayTest {
  const last = /^([A-Za-z]{3}|\d)L$/.exec(text)?.[1];
  if (last !== undefined) {
    const wanted = valueOf('day-of-week', last, weekdays);
    return (year, month, day) => weekdayOf(year, month, day) === wanted && day > lastDay(year, month) - 7;
  }
  const [, name, nth] = /^([A-Za-z]{3}|\d)#([1-5])$/.exec(text) ?? [];
  if (name !== undefined) {
    const wanted = valueOf('day-of-week', name, weekdays);
    return (year, month, day) => weekdayOf(year, month, day) === wanted && Math.ceil(day / 7) === Number(nth);
  }
  const values = new Set(fieldValues('day-of-week', text === 'L' ? 'SAT' : text, weekdays));
  return (year, month, day) => values.has(weekdayOf(year, month, day));
}

/** 1 is Sunday. */
function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function nearestWeekday(year: number, month: number, wanted: number): number | undefined {
  const last = lastDay(year, month);
  if (wanted > last) return undefined;
  const weekday = weekdayOf(year, month, wanted);
  if (weekday === 7) return wanted === 1 ? 3 : wanted - 1;
  if (weekday === 1) return wanted === last ? wanted - 2 : wanted + 1;
  return wanted;
}
