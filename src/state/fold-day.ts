import { rounded, type LastMetrics, type Point } from '../core/metric.ts';

/** One hour of a metric: epoch hours, mean, least, most. */
type Hour = readonly [hour: number, mean: number, least: number, most: number];
/** A day (UTC) of a target: the hours of each metric in which somebody looked. */
export type FoldedDay = { readonly [metric: string]: readonly Hour[] };

const HOUR_SECONDS = 3600;

/** The day (UTC) of an ISO time. */
export function dayOf(at: string): string {
  return at.slice(0, 10);
}

/** Pure: looks to hours. Hours are counted in UTC, so a day always has 24 whatever the clocks on the wall do. */
export function foldedDay(looks: readonly LastMetrics[]): FoldedDay {
  const seen = looks.flatMap(({ at, metrics }) =>
    metrics.map(({ name, value }) => ({ name, value, hour: Math.floor(Date.parse(at) / 1000 / HOUR_SECONDS) })),
  );
  const byMetric = Map.groupBy(seen, ({ name }) => name);
  return Object.fromEntries(
    [...byMetric].map(([name, all]) => [
      name,
      [...Map.groupBy(all, ({ hour }) => hour)]
        .map(([hour, some]) =>
          hourOf(
            hour,
            some.map(({ value }) => value),
          ),
        )
        .toSorted((a, b) => a[0] - b[0]),
    ]),
  );
}

function hourOf(hour: number, values: readonly number[]): Hour {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [hour, rounded(mean), rounded(Math.min(...values)), rounded(Math.max(...values))];
}

/** Pure: the points of a folded day, each in the middle of its hour. */
export function hoursOf(day: FoldedDay, names: ReadonlySet<string>): { metric: string; point: Point }[] {
  const known = Object.entries(day).filter(([metric]) => names.has(metric));
  return known.flatMap(([metric, hours]) =>
    hours.map(([hour, mean, least, most]) => ({
      metric,
      point: [(hour + 0.5) * HOUR_SECONDS, mean, least, most] as const,
    })),
  );
}
