/** Slack's date tokens in the reader's own zone (https://docs.slack.dev/messaging/formatting-message-text#date-formatting). */
export function formatDate(unixSeconds: number, format: string): string {
  const date = new Date(unixSeconds * 1000);
  return format.replace(/\{(\w+)\}/g, (token, name: string) => TOKENS[name]?.(date) ?? token);
}

const text = (options: Intl.DateTimeFormatOptions) => (date: Date) =>
  new Intl.DateTimeFormat('en-GB', options).format(date);
const day = text({ day: 'numeric', month: 'long', year: 'numeric' });
const shortDay = text({ day: 'numeric', month: 'short', year: 'numeric' });
const longDay = text({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

const TOKENS: { readonly [name: string]: (date: Date) => string } = {
  date_num: (date) => date.toISOString().slice(0, 10),
  date: day,
  date_short: shortDay,
  date_long: longDay,
  date_pretty: (date) => relativeDay(date) ?? day(date),
  date_short_pretty: (date) => relativeDay(date) ?? shortDay(date),
  date_long_pretty: (date) => relativeDay(date) ?? longDay(date),
  time: text({ hour: '2-digit', minute: '2-digit' }),
  time_secs: text({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  ago: (date) => ago(date),
};

/** The clock time of a message: `02:14`. */
export function clockTime(ts: string): string {
  return formatDate(Number(ts), '{time}');
}

/** `today at 02:14`, for the last reply of a thread. */
export function nearTime(ts: string): string {
  return formatDate(Number(ts), '{date_short_pretty} at {time}');
}

/** `Today`, `Yesterday`, or the whole day: for the dividers between days. */
export function dayOf(ts: string): string {
  const date = new Date(Number(ts) * 1000);
  const near = relativeDay(date);
  return near ? near.charAt(0).toUpperCase() + near.slice(1) : longDay(date);
}

function relativeDay(date: Date): string | undefined {
  const start = (of: Date): number => new Date(of.getFullYear(), of.getMonth(), of.getDate()).getTime();
  const days = Math.round((start(new Date()) - start(date)) / 86_400_000);
  return { 0: 'today', 1: 'yesterday', '-1': 'tomorrow' }[String(days)];
}

function ago(date: Date): string {
  const minutes = Math.round((Date.now() - date.getTime()) / 60_000);
  if (minutes < 1) return 'just now';
  return minutes < 120 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
}
