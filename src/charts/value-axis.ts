/** The numbers along the side of a chart. */
export type ValueAxis = { low: number; high: number; ticks: readonly number[] };

/** A limit so many times the largest value would press the line flat; it is told above the plot instead. */
const FAR = 2.5;
const MOST_TICKS = 5;

/** Pure: an axis around the values and the limits that are not far away, with round numbers. */
export function valueAxis(values: readonly number[], limits: readonly number[], unit: string): ValueAxis {
  const most = Math.max(0, ...values);
  const near = limits.filter((limit) => limit <= most * FAR && limit >= 0);
  const top = Math.max(most, ...near) || 1;
  const all = [...values, ...near];
  const least = all.length === 0 ? 0 : Math.min(...all);
  // From zero, unless that leaves more than half of the plot empty below the line.
  const bottom = least > top / 2 ? least - (top - least) * 0.15 : Math.min(0, least);
  const step = roundStep((top - bottom) / (MOST_TICKS - 1) || top / MOST_TICKS, unit);
  const low = Math.floor(bottom / step) * step;
  const high = Math.max(Math.ceil((top * 1.001) / step) * step, low + step);
  const count = Math.round((high - low) / step);
  return { low, high, ticks: Array.from({ length: count + 1 }, (_, n) => low + n * step) };
}

/** 1, 2 or 5 times a power of ten, of the unit that a person reads: kB and GB are powers of 1024. */
function roundStep(least: number, unit: string): number {
  // A step of 512 MB and more is one of 1 GB.
  const power = unit === 'bytes' && least > 512 ? 1024 ** Math.floor(Math.log2(least * 2) / 10) : 1;
  const within = least / power;
  const ten = 10 ** Math.floor(Math.log10(within));
  const factor = [1, 2, 5, 10].find((one) => one * ten >= within * 0.999) ?? 10;
  const step = factor * ten * power;
  return unit === 'bytes' ? Math.max(1, step) : step;
}
