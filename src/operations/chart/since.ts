const SECONDS = { h: 3600, d: 86_400, w: 604_800, y: 31_622_400 } as const;
const MOST_SECONDS = SECONDS.y;

/** "6h", "7d", "4w", "1y" in seconds; undefined for anything else, and for more than a year. */
export function readSince(typed: string): number | undefined {
  const [, count, unit] = /^(\d{1,4})\s*([hdwy])$/i.exec(typed.trim()) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  const seconds = Number(count) * (SECONDS[unit.toLowerCase() as keyof typeof SECONDS] ?? 0);
  return seconds > 0 && seconds <= MOST_SECONDS ? seconds : undefined;
}
