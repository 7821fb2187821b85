import { enoughDays, enoughHours, forecast, type Forecast } from '../core/forecast.ts';
import type { Metric, Point, TrendRequest } from '../core/metric.ts';

const DAY_SECONDS = 86_400;

/** What a forecast is made of: a month of days, and the hours of three days where growth is steady. */
export function forecastRequests({ name, ceiling }: Metric): TrendRequest[] {
  if (!ceiling) return [];
  const days = { metric: name, sinceSeconds: 30 * DAY_SECONDS, bucketSeconds: DAY_SECONDS };
  const hours = { metric: name, sinceSeconds: 3 * DAY_SECONDS, bucketSeconds: 3600 };
  return ceiling.steady ? [days, hours] : [days];
}

/** Pure: the forecast of one metric from what `forecastRequests` gave, and where it stands now. */
export function forecastOf({ ceiling, value }: Metric, trends: readonly (readonly Point[])[]): Forecast {
  const [days = [], hours = []] = trends;
  if (!ceiling) return { silent: 'too little is known' };
  const told = forecast({ points: days, now: value, ceiling: ceiling.value }, enoughDays);
  const isShort = 'silent' in told && told.silent === 'too little is known';
  if (!ceiling.steady || !isShort) return told;
  return forecast({ points: hours, now: value, ceiling: ceiling.value }, enoughHours);
}

/** "full in 12 days (9-17), about 10 Dec"; undefined where the past does not say it. The day is one in UTC. */
export function forecastWords(happens: string, told: Forecast, atSeconds: number): string | undefined {
  if ('silent' in told) return undefined;
  if ('beyondDays' in told) return `${happens} in > 1 y`;
  const { days, fromDays, toDays } = told;
  if (toDays === 0) return `${happens} now`;
  const [unit, by] = days < 2 ? ['h', 24] : ['days', 1];
  const [least, middle, most] = [fromDays, days, toDays].map((one) => Math.max(1, Math.round(one * by)));
  const range = least === most || toDays - fromDays < days / 100 ? '' : ` (${least}-${most})`;
  const date = new Date((atSeconds + days * DAY_SECONDS) * 1000);
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(date);
  const about = days < 2 ? '' : `, about ${day}${days > 300 ? ` ${date.getUTCFullYear()}` : ''}`;
  return `${happens} in ${middle} ${unit}${range}${about}`;
}
