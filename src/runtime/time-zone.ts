/** A date and time without a zone; months count from 1. */
export type LocalTime = { year: number; month: number; day: number; hour: number; minute: number; second: number };

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall shows in an IANA time zone. Throws a RangeError for an unknown zone. */
export function localTime(timeZone: string, timeMs: number): LocalTime {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(timeMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second };
}

/**
 * The moment of a local time: undefined when clocks skip it in spring, the first one when they show it twice in autumn.
 * That is the rule of EventBridge Scheduler:
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
 */
export function momentOf(timeZone: string, local: LocalTime): number | undefined {
  const asUtcMs = utcMs(local);
  const offsetsMs = [asUtcMs - DAY_MS, asUtcMs + DAY_MS].map((aroundMs) => offsetMs(timeZone, aroundMs));
  const moments = offsetsMs
    .map((offset) => asUtcMs - offset)
    .filter((timeMs) => utcMs(localTime(timeZone, timeMs)) === asUtcMs);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

function offsetMs(timeZone: string, timeMs: number): number {
  return utcMs(localTime(timeZone, timeMs)) - timeMs;
}

function utcMs({ year, month, day, hour, minute, second }: LocalTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const numeric = 'numeric' as const;
  const fields = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric };
  const format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...fields });
  formats.set(timeZone, format);
  return format;
}
