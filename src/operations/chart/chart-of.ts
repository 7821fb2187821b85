import type { Metric, Point } from '../../core/metric.ts';
import type { Chart, ChartPoint } from '../../core/report.ts';

/** `note`: one line below the title. */
export type ChartAbout = { subject: string; at: string; note?: string | undefined };

/**
 * Pure: the chart of one metric, or of several of one kind (`pointsOf` by name). The metric that gives the unit and the limits
 * ends where it stands now.
 */
export function chartOf(
  metric: Metric,
  pointsOf: Readonly<Record<string, readonly Point[]>>,
  { subject, at, note }: ChartAbout,
  title = metric.name,
): Chart {
  const { ceiling, limits = [] } = metric;
  const end = ceiling === undefined ? [] : [{ label: ceiling.happens, value: ceiling.value }];
  return {
    title: `${subject} · ${title}`,
    unit: metric.unit,
    limits: [...limits, ...end],
    series: Object.entries(pointsOf).map(([name, points]) => ({
      name,
      points: [...points.map(chartPoint), ...(name === metric.name ? [{ at, value: metric.value }] : [])],
    })),
    ...(note === undefined ? {} : { note }),
  };
}

/** A point whose mean says all carries no more than that. */
function chartPoint([atSeconds, value, least, most]: Point): ChartPoint {
  const at = new Date(atSeconds * 1000).toISOString();
  return least === most ? { at, value } : { at, value, least, most };
}
