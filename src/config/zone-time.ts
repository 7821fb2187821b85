/** A day of the calendar and a time on the clock of some place. */
export type LocalTime = { year: number; month: number; day: number; minutes: number };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What calendar and clock of a time zone show at a moment. */
export function localTime(ms: number, timezone: string): LocalTime {
  const part = partsAt(ms, timezone);
  return { year: part('year'), month: part('month'), day: part('day'), minutes: part('hour') * 60 + part('minute') };
}

/** The day that comes so many days later; its time of day stays. */
export function daysLater({ year, month, day, minutes }: LocalTime, days: number): LocalTime {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), minutes };
}

/** 0 is Sunday. */
export function dayOfWeek({ year, month, day }: LocalTime): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

/**
 * The moment at which calendar and clock show this. In the hour that comes twice it is the `first` or the `last` of the two;
 * a time that is skipped is moved on by what is skipped, as clocks are.
 */
export function momentOf(local: LocalTime, timezone: string, which: 'first' | 'last'): number {
  const asUtc = Date.UTC(local.year, local.month - 1, local.day, 0, local.minutes);
  const before = offsetMs(asUtc - DAY_MS, timezone);
  const after = offsetMs(asUtc + DAY_MS, timezone);
  const moments = [...new Set([before, after])]
    .map((offset) => asUtc - offset)
    .filter((moment) => asUtc - offsetMs(moment, timezone) === moment)
    .toSorted((a, b) => a - b);
  return moments.at(which === 'first' ? 0 : -1) ?? asUtc - before;
}

function offsetMs(ms: number, timezone: string): number {
  const { year, month, day, minutes } = localTime(ms, timezone);
  return Date.UTC(year, month - 1, day, 0, minutes) - Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}

function partsAt(ms: number, timezone: string): (type: Intl.DateTimeFormatPartTypes) => number {
  let format = formats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formats.set(timezone, format);
  }
  const parts = format.formatToParts(ms);
  return (type) => Number(parts.find((part) => part.type === type)?.value);
}
