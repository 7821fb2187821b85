import type { MonthlyTime, WeeklyTime } from '../../core/backup-policy.ts';
import { weekdays } from '../../core/weekday.ts';

/** When something is due. All of it is UTC: no clock skips a time or repeats it. */
export type Times = { weekly: WeeklyTime } | { monthly: MonthlyTime } | { everyMinutes: number };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Pure: the last time at or before a moment; of what is due every few minutes the moment itself, since it has no clock. */
export function lastDue(times: Times, atMs: number): number {
  if ('everyMinutes' in times) return atMs;
  for (let dayMs = midnight(atMs); ; dayMs -= DAY_MS) {
    const dueMs = dueOn(times, dayMs);
    if (dueMs !== undefined && dueMs <= atMs) return dueMs;
  }
}

/** Pure: the first time after a moment. */
export function nextDue(times: Times, afterMs: number): number {
  if ('everyMinutes' in times) return afterMs + times.everyMinutes * MINUTE_MS;
  for (let dayMs = midnight(afterMs); ; dayMs += DAY_MS) {
    const dueMs = dueOn(times, dayMs);
    if (dueMs !== undefined && dueMs > afterMs) return dueMs;
  }
}

/** Pure: the longest time from one to the next. */
export function periodSeconds(times: Times): number {
  if ('everyMinutes' in times) return times.everyMinutes * 60;
  if ('monthly' in times) return 31 * 86_400;
  return longestGapDays(times.weekly.days.map((day) => weekdays.indexOf(day))) * 86_400;
}

function midnight(ms: number): number {
  return ms - (((ms % DAY_MS) + DAY_MS) % DAY_MS);
}

function dueOn(times: Exclude<Times, { everyMinutes: number }>, midnightMs: number): number | undefined {
  const day = new Date(midnightMs);
  if ('monthly' in times) {
    const { dayOfMonth, minutes } = times.monthly;
    return day.getUTCDate() === dayOfMonth ? midnightMs + minutes * MINUTE_MS : undefined;
  }
  const { days, minutes } = times.weekly;
  return days.some((name) => weekdays.indexOf(name) === day.getUTCDay()) ? midnightMs + minutes * MINUTE_MS : undefined;
}

function longestGapDays(days: readonly number[]): number {
  const sorted = [...new Set(days)].toSorted((a, b) => a - b);
  return Math.max(...sorted.map((day, index) => (sorted[index + 1] ?? (sorted[0] ?? 0) + 7) - day));
}
