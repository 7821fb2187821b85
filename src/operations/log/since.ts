const SECONDS = { m: 60, h: 3600, d: 86_400 } as const;
const MOST_SECONDS = 7 * 86_400;

/** "15m", "2h", "1d" in seconds; undefined for anything else, and for more than a week. */
export function readSince(typed: string): number | undefined {
  const [, count, unit] = /^(\d{1,5})\s*(m|min|h|d)$/i.exec(typed.trim()) ?? [];
  const seconds = Number(count) * (SECONDS[(unit?.[0] ?? '').toLowerCase() as keyof typeof SECONDS] ?? 0);
  return seconds > 0 && seconds <= MOST_SECONDS ? seconds : undefined;
}
