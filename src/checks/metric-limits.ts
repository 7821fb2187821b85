import type { Metric } from '../core/metric.ts';

/** The two limits of a check, in the unit of its metric. */
export function twoLimits(warning: number, critical: number): NonNullable<Metric['limits']> {
  return [
    { label: 'warning', value: warning },
    { label: 'critical', value: critical },
  ];
}

/** The same where the limits are ratios and the metric is per cent. */
export function percentLimits(limits: { warningRatio: number; criticalRatio: number }): NonNullable<Metric['limits']> {
  return twoLimits(100 * limits.warningRatio, 100 * limits.criticalRatio);
}
