export { bytesText, durationText } from '../core/amount.ts';

/** 0.8444 → "84 %". */
export function percentText(ratio: number, digits = 0): string {
  return `${Number((ratio * 100).toFixed(digits))} %`;
}

/** "1 session", "12,000 sessions". */
export function countText(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** "a, b, c and 4 more". */
export function listText(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** A list cut to what fits in a sample, with the number of entries that were left out. */
export function capped<R>(list: readonly R[], most: number): { shown: R[]; more: number } {
  return { shown: list.slice(0, most), more: Math.max(0, list.length - most) };
}
