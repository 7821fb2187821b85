const unitSeconds: Readonly<Record<string, number>> = {
  m: 60,
  min: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
};

/** Nobody remembers why after longer than this. */
const MOST_SECONDS = 90 * 86_400;

/** Pure: `4h`, `30 min`, `2d`, `1w` in seconds; undefined when it is no such time, or one of more than 90 days. */
export function secondsOf(typed: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,5}) ?(m|min|h|d|w)$/.exec(typed.trim().toLowerCase()) ?? [];
  const seconds = Number(digits) * (unitSeconds[unit] ?? Number.NaN);
  return seconds > 0 && seconds <= MOST_SECONDS ? seconds : undefined;
}
