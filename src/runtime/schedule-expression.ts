import { Fault } from '../core/errors.ts';
import { lastCronTime, nextCronTime } from './cron-times.ts';
import { parseCron } from './cron.ts';
import { localTime, momentOf } from './time-zone.ts';

/** When a schedule fires. Times are milliseconds since 1970. */
export type ScheduleExpression = {
  /** True for rate(…): the first time is when the schedule is made. */
  startsAtOnce: boolean;
  /** The first time after `lastMs`, the last time that was looked after. */
  next(lastMs: number): number | undefined;
  /** The last time after `lastMs` and not after `nowMs`. */
  missed(lastMs: number, nowMs: number): number | undefined;
};

const unitMs: { readonly [unit: string]: number } = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `cron(…)`, `rate(…)` or `at(…)` of EventBridge Scheduler. Throws an `invalid_request` fault.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function parseScheduleExpression(text: string, timeZone: string): ScheduleExpression {
  checkTimeZone(timeZone);
  const [, kind, inside = ''] = /^(cron|rate|at)\((.*)\)$/.exec(text.trim()) ?? [];
  if (kind === 'cron') return cronExpression(inside, timeZone);
  if (kind === 'rate') return rateExpression(inside);
  if (kind === 'at') return atExpression(inside, timeZone);
  throw new Fault('invalid_request', `"${text}" is not cron(…), rate(…) or at(…)`);
}

function cronExpression(inside: string, timeZone: string): ScheduleExpression {
  const cron = parseCron(inside);
  return {
    startsAtOnce: false,
    next: (lastMs) => nextCronTime(cron, timeZone, lastMs),
    missed: (lastMs, nowMs) => lastCronTime(cron, timeZone, lastMs, nowMs),
  };
}

/** A day is 24 hours, also when clocks change. */
function rateExpression(inside: string): ScheduleExpression {
  const [, value, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(inside.trim()) ?? [];
  const periodMs = Number(value) * (unitMs[unit] ?? 0);
  if (!(periodMs > 0))
    throw new Fault('invalid_request', `rate(${inside}): a positive number and minutes, hours or days`);
  return {
    startsAtOnce: true,
    next: (lastMs) => lastMs + periodMs,
    missed: (lastMs, nowMs) => (nowMs < lastMs + periodMs ? undefined : nowMs - ((nowMs - lastMs) % periodMs)),
  };
}

function atExpression(inside: string, timeZone: string): ScheduleExpression {
  const numbers = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(inside.trim())?.slice(1).map(Number);
  if (numbers === undefined) throw new Fault('invalid_request', `at(${inside}): the form is yyyy-mm-ddThh:mm:ss`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers;
  const timeMs = momentOf(timeZone, { year, month, day, hour, minute, second });
  const within = (afterMs: number, untilMs: number) => timeMs !== undefined && timeMs > afterMs && timeMs <= untilMs;
  return {
    startsAtOnce: false,
    next: (lastMs) => (within(lastMs, Number.POSITIVE_INFINITY) ? timeMs : undefined),
    missed: (lastMs, nowMs) => (within(lastMs, nowMs) ? timeMs : undefined),
  };
}

function checkTimeZone(timeZone: string): void {
  try {
    localTime(timeZone, 0);
  } catch (cause) {
    throw new Fault('invalid_request', `"${timeZone}" is not a time zone`, { cause });
  }
}
