import type { OpenWindow } from '../core/quiet.ts';
import { weekdays, type Weekday } from '../core/weekday.ts';
import { dayOfWeek, daysLater, localTime, momentOf, type LocalTime } from './zone-time.ts';

/** A time during which work is announced: a maintenance window, or an entry of the deploy calendar. */
export type WindowSpec = {
  name: string;
  /** A target or an environment. */
  subject: string;
  /** IANA name: the times below are those of its clocks. */
  timezone: string;
  /** Every week; `to` is on the next day where it is not after `from`. Minutes since midnight. */
  weekly: readonly { days: readonly Weekday[]; from: number; to: number }[];
  /** Once. */
  dates: readonly { from: LocalTime; to: LocalTime }[];
  /** Check ids and finding keys; with none, everything that is not critical. */
  expects: readonly string[];
  /** Schedules that do not run in it, beside those that do more than read. */
  holdsBack: readonly string[];
};

/** Pure: the windows that are open on a target at a moment, the one that lasts longest first. */
export function openWindows(
  windows: readonly WindowSpec[],
  target: { name: string; environment: string },
  ms: number,
): OpenWindow[] {
  return windows
    .filter(({ subject }) => subject === target.name || subject === target.environment)
    .flatMap((window) => {
      const endMs = openUntil(window, ms);
      return endMs === undefined
        ? []
        : [{ name: window.name, until: new Date(endMs).toISOString(), expects: window.expects }];
    })
    .toSorted((a, b) => (a.until < b.until ? 1 : -1));
}

/** Pure: when a window that is open at a moment ends; undefined when it is shut. */
export function openUntil(window: WindowSpec, ms: number): number | undefined {
  const ends = spansAround(window, ms).flatMap(({ fromMs, toMs }) => (fromMs <= ms && ms < toMs ? [toMs] : []));
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** Where clocks go back or forward a window begins at the earlier and ends at the later moment: it never gets shorter. */
function spansAround({ weekly, dates, timezone }: WindowSpec, ms: number): { fromMs: number; toMs: number }[] {
  const today = localTime(ms, timezone);
  const span = (from: LocalTime, to: LocalTime) => ({
    fromMs: momentOf(from, timezone, 'first'),
    toMs: momentOf(to, timezone, 'last'),
  });
  const weeklySpans = weekly.flatMap(({ days, from, to }) =>
    // One that began yesterday may still be open.
    [daysLater(today, -1), today]
      .filter((day) => days.includes(weekdays[dayOfWeek(day)] ?? 'sun'))
      .map((day) => span({ ...day, minutes: from }, { ...daysLater(day, to > from ? 0 : 1), minutes: to })),
  );
  return [...weeklySpans, ...dates.map(({ from, to }) => span(from, to))];
}

/** `23:30` as minutes since midnight; undefined when it is no time of day. */
export function timeOfDay(text: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

/** `2026-11-27 22:00` on the clocks of a place; undefined when there is no such day or time. */
export function localMoment(text: string): LocalTime | undefined {
  const [, year, month, day, clock = ''] = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d:\d\d)$/.exec(text) ?? [];
  const minutes = timeOfDay(clock);
  if (minutes === undefined) return undefined;
  const local = { year: Number(year), month: Number(month), day: Number(day), minutes };
  // The 31st of April is not the 1st of May.
  return daysLater(local, 0).day === local.day ? local : undefined;
}
