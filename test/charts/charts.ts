import type { Chart, ChartPoint } from '../../src/core/report.ts';

const HOUR_MS = 3_600_000;
export const begin = Date.parse('2026-11-21T02:00:00.000Z');

/** One point for each hour; `skip` leaves some out. */
export function hourly(
  count: number,
  valueAt: (hour: number) => number,
  skip: (hour: number) => boolean = () => false,
): ChartPoint[] {
  const hours = Array.from({ length: count }, (_, hour) => hour).filter((hour) => !skip(hour));
  return hours.map((hour) => ({ at: new Date(begin + hour * HOUR_MS).toISOString(), value: valueAt(hour) }));
}

/** A chart of one line. */
export function chartWith(points: readonly ChartPoint[], more: Partial<Chart> = {}): Chart {
  return { title: 'shop-db · connections', unit: '%', limits: [], series: [{ name: 'connections', points }], ...more };
}
