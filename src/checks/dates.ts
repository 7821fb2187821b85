const DAY_MS = 86_400_000;

/** Pure: whole days from one moment to another; negative when it is past. Null stays null. */
export function daysUntil(at: string | null, nowMs: number): number | null {
  return at === null ? null : Math.floor((Date.parse(at) - nowMs) / DAY_MS);
}

/** `2026-12-01`. */
export function dayText(at: string): string {
  return at.slice(0, 10);
}

/** `in 3 d`, `today`, `2 d ago`. */
export function daysText(days: number): string {
  if (days === 0) return 'today';
  return days > 0 ? `in ${days} d` : `${-days} d ago`;
}
