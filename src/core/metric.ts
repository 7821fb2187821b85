/** A number of a target that is worth following for weeks. */
export type Metric = {
  /** As a person types it: `connections`, `lag-bytes:shop-db-2`. One check of an engine owns a name. */
  name: string;
  value: number;
  /** `bytes`, `%`, `s`, or a plural noun. */
  unit: string;
  /** The limits of its check, in its unit. */
  limits?: readonly { label: string; value: number }[];
  ceiling?: Ceiling;
};

/** Where a growing metric must end. Left out where nobody knows it, or where something turns the growth around by itself. */
export type Ceiling = {
  value: number;
  /** What ends: `Disk`, `Memory of shop-cache-1`. */
  what: string;
  /** What happens there: `full`, `lost`, `used up`. */
  happens: string;
  /** It grows until somebody acts and knows no time of day, so that hours of growth say enough. */
  steady?: true;
  /** It keeps to this end by itself, as a cache that evicts. */
  harmless?: true;
};

/** The name under which a check that sees the disk tells of it; `disk:<member>` where there are several. */
export const DISK = 'disk';

/** Where a metric stood: epoch seconds, then the mean, the least and the most of the time that the point stands for. */
export type Point = readonly [atSeconds: number, mean: number, least: number, most: number];

/** What is asked of the past of one metric. */
export type TrendRequest = {
  metric: string;
  sinceSeconds: number;
  /** One point for so many seconds. */
  bucketSeconds: number;
};

/** A metric over time, oldest first. */
export type Trend = { metric: string; points: readonly Point[] };

/** What the history knows of a target's metrics: how they stood last. */
export type LastMetrics = { at: string; metrics: readonly Metric[] };

/** Pure: points joined into one for each bucket of so many seconds, counted back from `untilSeconds`. */
export function bucketed(points: readonly Point[], untilSeconds: number, bucketSeconds: number): Point[] {
  const buckets = Map.groupBy(points, ([atSeconds]) => Math.floor((untilSeconds - atSeconds) / bucketSeconds));
  return [...buckets.values()].map(joined).toSorted((a, b) => a[0] - b[0]);
}

/** Pure: one point that stands for several. */
function joined(points: readonly Point[]): Point {
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  return [
    Math.round(mean(points.map(([at]) => at))),
    rounded(mean(points.map(([, value]) => value))),
    Math.min(...points.map(([, , least]) => least)),
    Math.max(...points.map(([, , , most]) => most)),
  ];
}

/** Seven digits say enough, and keep what is stored short. */
export function rounded(value: number): number {
  return Number(value.toPrecision(7));
}
