import type { Cron } from './cron.ts';
import { localTime, momentOf } from './time-zone.ts';

const DAY_MS = 86_400_000;

/** The first time after `afterMs`, or undefined when there is none any more. Minutes are whole. */
export function nextCronTime(cron: Cron, timeZone: string, afterMs: number): number | undefined {
  for (let day = dayOf(timeZone, afterMs); day.getUTCFullYear() <= (cron.years.at(-1) ?? 0); day = moved(day, DAY_MS)) {
    const found = timesOfDay(cron, timeZone, day).find((timeMs) => timeMs > afterMs);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The last time at or before `untilMs` and after `afterMs`, if there is one. */
export function lastCronTime(cron: Cron, timeZone: string, afterMs: number, untilMs: number): number | undefined {
  const earliest = moved(dayOf(timeZone, afterMs), -DAY_MS);
  for (let day = dayOf(timeZone, untilMs); day >= earliest; day = moved(day, -DAY_MS)) {
    const found = timesOfDay(cron, timeZone, day).findLast((timeMs) => timeMs <= untilMs && timeMs > afterMs);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A day of the local calendar, as midnight UTC of the same date. */
function dayOf(timeZone: string, timeMs: number): Date {
  const { year, month, day } = localTime(timeZone, timeMs);
  return new Date(Date.UTC(year, month - 1, day));
}

function moved(day: Date, byMs: number): Date {
  return new Date(day.getTime() + byMs);
}

/** The times of one local day in order; a time that clocks skip is left out, one that they repeat is there once. */
function timesOfDay(cron: Cron, timeZone: string, date: Date): number[] {
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  if (!cron.years.includes(year) || !cron.months.includes(month) || !cron.matchesDay(year, month, day)) return [];
  return cron.hours.flatMap((hour) =>
    cron.minutes.flatMap((minute) => momentOf(timeZone, { year, month, day, hour, minute, second: 0 }) ?? []),
  );
}
