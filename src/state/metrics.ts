import * as z from 'zod';
import { bucketed, type LastMetrics, type Point, type Trend, type TrendRequest } from '../core/metric.ts';
import { dayOf, foldedDay, hoursOf, type FoldedDay } from './fold-day.ts';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

/** The numbers of each target over time: as they were seen for 30 days, by the hour (UTC) for a year. */
export type MetricHistory = {
  /**
   * Keeps the metrics of one look in one item. The first look of a day (UTC) first folds the day of the look before it into one
   * item of hours, which is repeatable: whoever is killed in between has kept nothing yet, and the next look does both again.
   */
  keep(target: string, look: LastMetrics): Promise<void>;
  /** How the metrics stood last, with their limits. */
  last(target: string): Promise<LastMetrics | undefined>;
  /** The past of some metrics, oldest first, up to `until` (ISO); one that nobody knows has no points. */
  trends(target: string, requests: readonly TrendRequest[], until: string): Promise<Trend[]>;
};

const RAW_DAYS = 30;
const HOURLY_DAYS = 366;
/** Beyond this the hours are read, which are fewer. */
const RAW_READ_SECONDS = 3 * 86_400;
/** What a look may have; the first ones stay. */
const MOST_METRICS = 300;
const END = '~';

// As text: numbers stay as they are, and a map of DynamoDB costs more than its JSON.
const stored = z.object({ body: z.string() });

export function createMetrics(table: StateTable): MetricHistory {
  return {
    keep: (target, look) => keep(table, target, look),
    last: (target) => youngest(table, target),
    trends: (target, requests, until) => trends(table, target, requests, until),
  };
}

async function keep(table: StateTable, target: string, { at, metrics }: LastMetrics): Promise<void> {
  if (metrics.length === 0) return;
  const lastAt = (await youngest(table, target))?.at ?? at;
  if (dayOf(lastAt) < dayOf(at)) await fold(table, target, dayOf(lastAt));
  const body = JSON.stringify({ at, metrics: metrics.slice(0, MOST_METRICS) });
  await table.putNew(keys.metricsAt(target, at), { body, ttl: expiresAfter(table.now, RAW_DAYS * 86_400) });
  // A look that ends after the first one of the next day.
  if (dayOf(lastAt) > dayOf(at)) await fold(table, target, dayOf(at));
}

async function fold(table: StateTable, target: string, day: string): Promise<void> {
  const looks = await table.query(keys.metricsOf(target), { from: `at#${day}`, to: `at#${day}${END}` });
  if (looks.length === 0) return;
  const body = JSON.stringify(foldedDay(looks.map(asLook)));
  const write = { body, ttl: expiresAfter(table.now, HOURLY_DAYS * 86_400) };
  await table.decide(keys.metricsOfDay(target, day), () => ({ answer: undefined, write }));
}

async function youngest(table: StateTable, target: string): Promise<LastMetrics | undefined> {
  const range = { from: 'at#', to: `at#${END}`, newestFirst: true as const, limit: 1 };
  const [item] = await table.query(keys.metricsOf(target), range);
  return item === undefined ? undefined : asLook(item);
}

async function trends(
  table: StateTable,
  target: string,
  requests: readonly TrendRequest[],
  until: string,
): Promise<Trend[]> {
  const longest = Math.max(0, ...requests.map(({ sinceSeconds }) => sinceSeconds));
  if (longest === 0) return [];
  const names = new Set(requests.map(({ metric }) => metric));
  const pointsOf = await pointsSince(table, target, { since: earlier(until, longest), until, names });
  const untilSeconds = Date.parse(until) / 1000;
  return requests.map(({ metric, sinceSeconds, bucketSeconds }) => {
    const points = (pointsOf.get(metric) ?? []).filter(([at]) => at > untilSeconds - sinceSeconds);
    return { metric, points: bucketed(points, untilSeconds, bucketSeconds) };
  });
}

type Wanted = { since: string; until: string; names: ReadonlySet<string> };

async function pointsSince(table: StateTable, target: string, wanted: Wanted): Promise<Map<string, Point[]>> {
  const { since, until } = wanted;
  const isLong = Date.parse(until) - Date.parse(since) > RAW_READ_SECONDS * 1000;
  const range = { from: `day#${dayOf(since)}`, to: `day#${dayOf(until)}` };
  const days = isLong ? await table.query(keys.metricsOf(target), range) : [];
  const lastDay = days.at(-1)?.sk.slice('day#'.length);
  // The looks of a folded day are in its item already.
  const from = lastDay === undefined ? `at#${since}` : `at#${lastDay}${END}`;
  const looks = await table.query(keys.metricsOf(target), { from, to: `at#${until}` });
  const points = [...days.flatMap((item) => hoursOf(asDay(item), wanted.names)), ...looks.flatMap(pointsOfLook)];
  const named = points.filter(({ metric }) => wanted.names.has(metric));
  return new Map([...Map.groupBy(named, ({ metric }) => metric)].map(([metric, all]) => [metric, all.map(pointOf)]));
}

function pointsOfLook(item: Item): { metric: string; point: Point }[] {
  const { at, metrics } = asLook(item);
  const seconds = Math.round(Date.parse(at) / 1000);
  return metrics.map(({ name, value }) => ({ metric: name, point: [seconds, value, value, value] }));
}

function pointOf({ point }: { point: Point }): Point {
  return point;
}

function earlier(until: string, seconds: number): string {
  return new Date(Date.parse(until) - seconds * 1000).toISOString();
}

function asLook(item: Item): LastMetrics {
  const look: LastMetrics = JSON.parse(stored.parse(item).body);
  return look;
}

function asDay(item: Item): FoldedDay {
  const day: FoldedDay = JSON.parse(stored.parse(item).body);
  return day;
}
