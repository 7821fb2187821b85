import type { Json } from '../../core/json.ts';
import { functionUrlEvent } from '../slack/door/function-url.ts';
import { alarmName, environmentCount, environmentName, targetName, type ScaleOptions } from './scale-options.ts';

/** Midnight in UTC at which the simulated day begins. */
export const DAY_STARTS_MS = Date.UTC(2026, 9, 5);
export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const COUNTED_AT_MS = 300_000;
const WATCHED_EVERY_MS = 300_000;
const NIGHTLY_AT_MS = 2 * 3_600_000;
const INCIDENT_LASTS_MS = 15 * 60_000;

/** Something that arrives from outside: an event for one function, at a moment of the day. */
export type Arrival = { atMs: number; door: 'alarm' | 'schedule' | 'slack'; event(): Json };

/** Everything that arrives in the day, in the order of time; the same for the same options. */
export function simulatedDay(options: ScaleOptions, signingSecret: string): Arrival[] {
  return [
    ...alarms(options),
    ...nightlyReports(options),
    ...counts(options),
    ...watches(options),
    ...commands(options, signingSecret),
  ].toSorted((one, other) => one.atMs - other.atMs);
}

/** Each incident is one ALARM and, a quarter of an hour later, its OK; every target has as many as the others. */
function alarms({ targets, alarms: count }: ScaleOptions): Arrival[] {
  const incidents = Math.floor(count / 2);
  const spacingMs = DAY_MS / Math.max(1, Math.ceil(incidents / targets));
  return Array.from({ length: incidents }, (_, n) => {
    const target = n % targets;
    const round = Math.floor(n / targets);
    const share = (target * 0.618_033_988_75) % 1;
    const atMs = DAY_STARTS_MS + round * spacingMs + share * (spacingMs - INCIDENT_LASTS_MS);
    return [alarm(target, 'ALARM', atMs), alarm(target, 'OK', atMs + INCIDENT_LASTS_MS)];
  }).flat();
}

function alarm(target: number, value: 'ALARM' | 'OK', atMs: number): Arrival {
  const name = alarmName(target);
  const reason =
    value === 'ALARM'
      ? 'Threshold Crossed: 3 out of the last 3 datapoints [94.1, 92.7, 91.3] were greater than the threshold (90.0).'
      : 'Threshold Crossed: 3 out of the last 3 datapoints [41.0, 40.2, 43.9] were not greater than the threshold (90.0).';
  const event = {
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    account: '000000000000',
    region: 'eu-central-1',
    resources: [`arn:aws:cloudwatch:eu-central-1:000000000000:alarm:${name}`],
    detail: { alarmName: name, state: { value, reason, timestamp: new Date(atMs).toISOString() } },
  };
  return { atMs, door: 'alarm', event: () => event };
}

function nightlyReports(options: ScaleOptions): Arrival[] {
  const atMs = DAY_STARTS_MS + NIGHTLY_AT_MS;
  const scheduledAt = new Date(atMs).toISOString();
  return Array.from({ length: environmentCount(options) }, (_, n) => ({
    atMs,
    door: 'schedule' as const,
    event: () => ({ schedule: `nightly-${environmentName(n)}`, scheduledAt }),
  }));
}

/** Of each environment the statements, of each PostgreSQL target the log. */
function counts(options: ScaleOptions): Arrival[] {
  const environments = Array.from({ length: environmentCount(options) }, (_, n) => `statements-${environmentName(n)}`);
  const targets = Array.from({ length: options.targets }, (_, n) => targetName(n)).filter((name) =>
    name.startsWith('db'),
  );
  const schedules = [...environments, ...targets.map((name) => `log-${name}`)];
  return Array.from(
    { length: options.countedHours },
    (_, hour) => DAY_STARTS_MS + hour * HOUR_MS + COUNTED_AT_MS,
  ).flatMap((atMs) =>
    schedules.map((schedule) => ({
      atMs,
      door: 'schedule' as const,
      event: () => ({ schedule, scheduledAt: new Date(atMs).toISOString() }),
    })),
  );
}

function watches(options: ScaleOptions): Arrival[] {
  const schedules = Array.from({ length: environmentCount(options) }, (_, n) => `watch-${environmentName(n)}`);
  return Array.from({ length: options.watches }, (_, n) => DAY_STARTS_MS + n * WATCHED_EVERY_MS).flatMap((atMs) =>
    schedules.map((schedule) => ({
      atMs,
      door: 'schedule' as const,
      event: () => ({ schedule, scheduledAt: new Date(atMs).toISOString() }),
    })),
  );
}

/** Signed when it is sent, because Slack's signature holds the time. */
function commands({ targets, commands: count }: ScaleOptions, signingSecret: string): Arrival[] {
  return Array.from({ length: count }, (_, n) => ({
    atMs: DAY_STARTS_MS + ((n + 0.5) / count) * DAY_MS,
    door: 'slack' as const,
    event: () => {
      const body = new URLSearchParams({
        command: '/db',
        text: `health ${targetName((n * 7) % targets)}`,
        user_id: 'U0OMAR',
        channel_id: 'C0SCALE0001',
        trigger_id: `scale.${n}`,
      }).toString();
      return functionUrlEvent({ contentType: 'application/x-www-form-urlencoded', body }, signingSecret, Date.now());
    },
  }));
}
