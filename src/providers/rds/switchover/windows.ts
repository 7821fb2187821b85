const DAY_MINUTES = 24 * 60;
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/**
 * Pure: whether a moment is inside a window of RDS in UTC (`03:00-03:30` each day, `sun:04:00-sun:04:30` each week), or within so
 * many minutes of it. False for a window that cannot be read.
 */
export function isNearWindow(window: string | null, nowMs: number, marginMinutes: number): boolean {
  const found = /^(?:([a-z]{3}):)?(\d\d):(\d\d)-(?:([a-z]{3}):)?(\d\d):(\d\d)$/i.exec(window ?? '');
  if (!found) return false;
  const [, fromDay, fromHour, fromMinute, toDay, toHour, toMinute] = found;
  const cycle = fromDay === undefined ? DAY_MINUTES : 7 * DAY_MINUTES;
  const from = minuteOf(fromDay, fromHour, fromMinute) - marginMinutes;
  const to = minuteOf(toDay, toHour, toMinute) + marginMinutes;
  const date = new Date(nowMs);
  const now =
    (cycle > DAY_MINUTES ? date.getUTCDay() * DAY_MINUTES : 0) + date.getUTCHours() * 60 + date.getUTCMinutes();
  // A window may begin before midnight and end after it.
  return modulo(now - from, cycle) <= modulo(to - from, cycle);
}

function minuteOf(day: string | undefined, hour = '0', minute = '0'): number {
  const weekday = day === undefined ? 0 : Math.max(0, WEEKDAYS.indexOf(day.toLowerCase()));
  return weekday * DAY_MINUTES + Number(hour) * 60 + Number(minute);
}

function modulo(value: number, cycle: number): number {
  return ((value % cycle) + cycle) % cycle;
}
