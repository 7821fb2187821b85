const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

type Field = { name: string; min: number; max: number; names: readonly string[]; special: RegExp };

// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
const fields: readonly Field[] = [
  { name: 'minutes', min: 0, max: 59, names: [], special: /^$/ },
  { name: 'hours', min: 0, max: 23, names: [], special: /^$/ },
  { name: 'day of month', min: 1, max: 31, names: [], special: /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/ },
  { name: 'month', min: 1, max: 12, names: months, special: /^$/ },
  {
    name: 'day of week',
    min: 1,
    max: 7,
    names: days,
    special: /^(\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$/,
  },
  { name: 'year', min: 1970, max: 2199, names: [], special: /^$/ },
];

/** Why EventBridge Scheduler would refuse this expression, or undefined when it would take it. */
export function whyNotSchedule(expression: string): string | undefined {
  if (expression.startsWith('cron(') && expression.endsWith(')')) return whyNotCron(expression.slice(5, -1));
  if (expression.startsWith('rate(') && expression.endsWith(')')) return whyNotRate(expression.slice(5, -1));
  return 'a schedule is written cron(minutes hours day-of-month month day-of-week year) or rate(value unit)';
}

/** Why this is not an IANA time zone, or undefined when it is one. */
export function whyNotTimeZone(timezone: string): string | undefined {
  // A bare offset is a valid zone for Intl, but not for EventBridge Scheduler.
  if (/^[+-]/.test(timezone)) return 'a time zone is an IANA name such as Europe/Berlin, not an offset';
  try {
    Intl.DateTimeFormat('en', { timeZone: timezone }).resolvedOptions();
    return undefined;
  } catch {
    return 'is not a known IANA time zone such as Europe/Berlin or UTC';
  }
}

function whyNotRate(inside: string): string | undefined {
  const [, value, unit] = /^([1-9]\d*) (minutes?|hours?|days?)$/.exec(inside) ?? [];
  if (value === undefined || unit === undefined) {
    return 'a rate is a whole number of minutes, hours or days: rate(6 hours)';
  }
  const plural = unit.endsWith('s');
  return plural === (value === '1')
    ? `rate(${value} ${unit}) mixes singular and plural: rate(1 hour), rate(2 hours)`
    : undefined;
}

function whyNotCron(inside: string): string | undefined {
  const parts = inside.split(' ');
  if (parts.length !== fields.length) {
    return `cron has six fields (minutes hours day-of-month month day-of-week year), here are ${parts.length}`;
  }
  for (const [index, field] of fields.entries()) {
    const part = parts[index] ?? '';
    if (!part.split(',').every((item) => fits(item.toUpperCase(), field))) {
      return `cron: "${part}" does not fit the field ${field.name} (${field.min} to ${field.max})`;
    }
  }
  if ((parts[2] === '?') === (parts[4] === '?')) {
    return 'cron: exactly one of day of month and day of week must be "?"';
  }
  return undefined;
}

function fits(item: string, field: Field): boolean {
  if (field.special.test(item)) return true;
  const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(item) ?? [];
  if (step !== undefined && (Number(step) < 1 || Number(step) > field.max)) return false;
  if (range === '*') return true;
  const ends = range.split('-').map((end) => numberOf(end, field));
  if (ends.length > 2 || ends.some((end) => end === undefined || end < field.min || end > field.max)) return false;
  return true;
}

function numberOf(text: string, field: Field): number | undefined {
  const named = field.names.indexOf(text);
  if (named >= 0) return named + field.min;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
