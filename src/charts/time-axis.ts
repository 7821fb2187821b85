/** A time that is named below a chart. */
export type TimeTick = { atMs: number; label: string };

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MOST_TICKS = 5;
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 14, 30, 61, 91].map((days) => days * DAY_MS),
];

/** Pure: round times of the wall clock in a time zone (IANA name), also where the clocks change. */
export function timeTicks(fromMs: number, toMs: number, timeZone: string): TimeTick[] {
  const stepMs = STEPS_MS.find((step) => (toMs - fromMs) / step <= MOST_TICKS) ?? 91 * DAY_MS;
  if (stepMs < MINUTE_MS) return secondTicks(fromMs, toMs, stepMs, timeZone);
  return stepMs < DAY_MS ? clockTicks(fromMs, toMs, stepMs, timeZone) : dayTicks(fromMs, toMs, stepMs, timeZone);
}

/** Every second of a minute is one in every time zone. */
function secondTicks(fromMs: number, toMs: number, stepMs: number, timeZone: string): TimeTick[] {
  const ticks: TimeTick[] = [];
  for (let atMs = Math.ceil(fromMs / stepMs) * stepMs; atMs <= toMs; atMs += stepMs) {
    const { hour, minute } = clockAt(atMs, timeZone);
    const second = Math.floor(atMs / SECOND_MS) % 60;
    ticks.push({ atMs, label: `${two(hour)}:${two(minute)}:${two(second)}` });
  }
  return ticks;
}

function clockTicks(fromMs: number, toMs: number, stepMs: number, timeZone: string): TimeTick[] {
  // Every step divides a quarter of an hour, or is made of them, as the offsets of all time zones are.
  const gridMs = Math.min(stepMs, 15 * MINUTE_MS);
  const ticks: TimeTick[] = [];
  for (let atMs = Math.ceil(fromMs / gridMs) * gridMs; atMs <= toMs; atMs += gridMs) {
    const { hour, minute } = clockAt(atMs, timeZone);
    if (((hour * 60 + minute) * MINUTE_MS) % stepMs !== 0) continue;
    ticks.push({ atMs, label: hour + minute === 0 ? dateText(atMs, timeZone) : `${two(hour)}:${two(minute)}` });
  }
  return ticks;
}

function dayTicks(fromMs: number, toMs: number, stepMs: number, timeZone: string): TimeTick[] {
  const stepDays = stepMs / DAY_MS;
  const ticks: TimeTick[] = [];
  // Counted back from the youngest day, so that it has a name.
  for (let day = Math.floor(toMs / DAY_MS) + 1; day * DAY_MS > fromMs - DAY_MS; day--) {
    const atMs = midnight(day * DAY_MS, timeZone);
    if (atMs > toMs || atMs < fromMs) continue;
    const youngest = ticks.at(-1);
    if (youngest && Math.round((youngest.atMs - atMs) / DAY_MS) < stepDays) continue;
    ticks.push({ atMs, label: dateText(atMs, timeZone) });
  }
  return ticks.toReversed();
}

/** When the day that is named by a UTC midnight begins there. */
function midnight(utcMs: number, timeZone: string): number {
  const { hour, minute, dayMs } = clockAt(utcMs, timeZone);
  const offsetMs = dayMs + (hour * 60 + minute) * MINUTE_MS - utcMs;
  const guessMs = utcMs - offsetMs;
  const seen = clockAt(guessMs, timeZone);
  // The clocks changed between the two midnights.
  const wrongMs = seen.dayMs + (seen.hour * 60 + seen.minute) * MINUTE_MS - utcMs;
  return guessMs - wrongMs;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function clockAt(atMs: number, timeZone: string): { hour: number; minute: number; dayMs: number } {
  const format = formats.get(timeZone) ?? clockFormat(timeZone);
  formats.set(timeZone, format);
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const dayMs = Date.UTC(part('year'), part('month') - 1, part('day'));
  return { hour: part('hour'), minute: part('minute'), dayMs };
}

function clockFormat(timeZone: string): Intl.DateTimeFormat {
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  return new Intl.DateTimeFormat('en-GB', { ...numeric, hourCycle: 'h23', timeZone });
}

/** "24 Nov"; the months are ours, so that they are the same with every version of Node. */
function dateText(atMs: number, timeZone: string): string {
  const date = new Date(clockAt(atMs, timeZone).dayMs);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function two(number: number): string {
  return String(number).padStart(2, '0');
}
