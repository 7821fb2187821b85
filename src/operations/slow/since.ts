/** Nobody keeps statements for longer. */
const MOST_SECONDS = 14 * 86_400;
const UNITS: Readonly<Record<string, number>> = { m: 60, min: 60, h: 3_600, d: 86_400, w: 604_800 };

/** "30m", "24h", "7d" in seconds; undefined for anything else, and for more than 14 days. */
export function readSince(typed: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,5}) ?(m|min|h|d|w)$/.exec(typed.trim().toLowerCase()) ?? [];
  const seconds = Number(count) * (UNITS[unit] ?? Number.NaN);
  return seconds > 0 && seconds <= MOST_SECONDS ? seconds : undefined;
}
