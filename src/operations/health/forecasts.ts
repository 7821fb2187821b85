import type { Forecast } from '../../core/forecast.ts';
import type { Finding } from '../../core/finding.ts';
import type { Trend } from '../../core/metric.ts';
import { forecastOf, forecastRequests, forecastWords } from '../forecast-words.ts';
import type { SeenMetric } from './judge.ts';

/** What the past of a metric says of its end. */
export type Told = { metric: SeenMetric; told: Forecast; words: string; finding?: Finding };

/**
 * In days: told as a warning where even the slowest growth that is possible ends within them, because a working day and a
 * weekend lie in between. What keeps to its limit by itself is never a finding.
 */
const WARNING_DAYS = 3;
const INFO_DAYS = 14;

/** More than these are more than anybody reads. */
const MOST_FORECASTS = 12;

/** Pure: the metrics with an end of which the past is asked, nearest to it first. */
export function forecastable(metrics: readonly SeenMetric[]): SeenMetric[] {
  const withEnd = metrics.filter(({ ceiling }) => ceiling !== undefined);
  return withEnd.toSorted((a, b) => fullness(b) - fullness(a)).slice(0, MOST_FORECASTS);
}

function fullness({ value, ceiling }: SeenMetric): number {
  return value / (ceiling?.value ?? Number.POSITIVE_INFINITY);
}

/** Pure: the forecasts that can be told, nearest first; the trends are those of `forecastRequests`. */
export function forecastsOf(metrics: readonly SeenMetric[], trends: readonly Trend[], at: string): Told[] {
  const atSeconds = Date.parse(at) / 1000;
  const all = forecastable(metrics).flatMap((metric) => {
    const asked = forecastRequests(metric).length;
    if (asked === 0 || !metric.ceiling) return [];
    const own = trends.filter((trend) => trend.metric === metric.name).slice(0, asked);
    const told = forecastOf(
      metric,
      own.map(({ points }) => points),
    );
    const words = forecastWords(metric.ceiling.happens, told, atSeconds);
    if (words === undefined) return [];
    const finding = findingOf(metric, told, words);
    return [{ metric, told, words, ...(finding ? { finding } : {}) }];
  });
  return all.toSorted((a, b) => daysOf(a.told) - daysOf(b.told));
}

/** Days until the end; without a forecast there is all the time of the world. */
export function daysOf(told: Forecast): number {
  if ('days' in told) return told.days;
  return Number.MAX_SAFE_INTEGER;
}

function findingOf({ name, check, ceiling }: SeenMetric, told: Forecast, words: string): Finding | undefined {
  if (!ceiling || ceiling.harmless || !('days' in told) || told.days > INFO_DAYS || told.days === 0) return undefined;
  const isNear = told.toDays <= WARNING_DAYS;
  const limit = isNear ? WARNING_DAYS : INFO_DAYS;
  const severity = isNear ? 'warning' : 'info';
  return {
    key: `${check}:forecast:${name}`,
    severity,
    sentence: `${ceiling.what}: ${words}, if it goes on growing as it did (${severity} at ${limit} days).`,
    measure: { value: Number(told.days.toFixed(1)), unit: 'days', limit, step: 1 },
    evidence: { metric: name, days: told.days, fromDays: told.fromDays, toDays: told.toDays, ceiling: ceiling.value },
    next: 'Find out what grows and stop it, or make room before then.',
  };
}
