import { amountText } from '../../core/amount.ts';
import type { Metric, Point } from '../../core/metric.ts';

/** Pure: what a picture shows, for who cannot see it: "connections 63 % at the last look; 12 to 88 % within 7d". */
export function chartWords({ name, value, unit }: Metric, points: readonly Point[], since: string): string {
  const now = `${name} ${amountText(value, unit)} at the last look`;
  if (points.length === 0) return `${now}; nothing was kept within ${since}`;
  const least = Math.min(...points.map(([, , low]) => low));
  const most = Math.max(...points.map(([, , , high]) => high));
  if (least === most) return `${now}; the same within ${since}`;
  return `${now}; ${amountText(least, unit)} to ${amountText(most, unit)} within ${since}`;
}
