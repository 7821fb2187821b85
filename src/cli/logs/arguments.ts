import { parseArgs } from 'node:util';
import { readTimeBound, type TimeBound } from '../../logs/files/time-bound.ts';

/** What `nightshift logs` is asked: which files, how to read them, what to write. `-` among the files is standard input. */
export type LogsWords = {
  files: readonly string[];
  /** log_line_prefix, when it is not to be found out. */
  prefix?: string;
  since?: TimeBound;
  until?: TimeBound;
  output: { kind: 'text' } | { kind: 'json'; file?: string } | { kind: 'html'; file: string };
  /** Threads at most; undefined: as many as the machine has processors. */
  jobs?: number;
  names: 'shown' | 'hidden';
  /** Statements in each table of the terminal. */
  top: number;
  /** Format, when it is not to be found out. */
  format?: 'stderr' | 'csv' | 'json';
};

export const LOGS_USAGE =
  'nightshift logs <files…|directories|-> [--prefix …] [--since …] [--until …] [--json | --html file] [--jobs N] [--hide-names]';

export const LOGS_HELP = `${LOGS_USAGE}

Reads PostgreSQL logs (stderr, csvlog, jsonlog; also .gz and .zst) and says what the server did.

  -p, --prefix TEXT   log_line_prefix of the server; without it, it is found out from the log
  -b, --since TIME    2h, 30m, 7d, today, yesterday, 14:00, 2026-11-28, "2026-11-28 14:00"
  -e, --until TIME    the same; a time without a date is of today
      --json          one document, as docs/logs.schema.json says
  -o, --html FILE     one page that needs no network; FILE.json is the document of --json
  -j, --jobs N        threads, one for a file at most; as many as there are processors when not given
  -t, --top N         rows in each table of the terminal, 10 when not given
  -f, --format NAME   stderr, csv or json, when it is not to be found out
      --hide-names    pseudonyms for tables, columns, roles, databases, applications, addresses and files

Exit code: 0 all was read, 1 something could not be read and the report says what, 3 nothing could be read, 64 not understood.
`;

const MOST_JOBS = 64;
const USUAL_TOP = 10;

/** Pure: what follows `logs`, or what is wrong with it. Times count from `nowMs`. */
export function readLogsWords(words: readonly string[], nowMs: number): LogsWords | { problem: string } {
  const parsed = parse(words);
  if ('problem' in parsed) return refused(parsed.problem);
  const { values, positionals } = parsed;
  if (positionals.length === 0) return refused('Name a log file, a directory of logs, or - for standard input.');
  if (values.json && values.html !== undefined) return refused('--json and --html cannot be had at once.');
  const since = bound('--since', values.since, nowMs);
  const until = bound('--until', values.until, nowMs);
  const turned = 'value' in since && 'value' in until && isTurned(since.value, until.value);
  if (turned) return refused(`--since ${values.since} is not before --until ${values.until}.`);
  const jobs = whole('--jobs', values.jobs, MOST_JOBS);
  const top = whole('--top', values.top, 1_000);
  const format = formatOf(values.format);
  for (const one of [since, until, jobs, top, format]) if ('problem' in one) return refused(one.problem);
  return {
    files: [...new Set(positionals)],
    ...given('prefix', values.prefix),
    ...given('since', (since as Read<TimeBound>).value),
    ...given('until', (until as Read<TimeBound>).value),
    ...given('jobs', (jobs as Read<number>).value),
    output: outputOf(values),
    names: values['hide-names'] ? 'hidden' : 'shown',
    top: (top as Read<number>).value ?? USUAL_TOP,
    ...given('format', (format as Read<Format>).value),
  };
}

type Format = NonNullable<LogsWords['format']>;
type Read<T> = { value: T | undefined };

const OPTIONS = {
  prefix: { type: 'string', short: 'p' },
  since: { type: 'string', short: 'b' },
  until: { type: 'string', short: 'e' },
  json: { type: 'boolean', default: false },
  html: { type: 'string', short: 'o' },
  jobs: { type: 'string', short: 'j' },
  top: { type: 'string', short: 't' },
  format: { type: 'string', short: 'f' },
  'hide-names': { type: 'boolean', default: false },
} as const;

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (thrown) {
    const [sentence = ''] = (thrown instanceof Error ? thrown.message : '').split(/\. |\n/);
    return { problem: sentence.replace(/\.?$/, '.') };
  }
}

function outputOf({ json, html }: { json: boolean; html?: string | undefined }): LogsWords['output'] {
  if (html?.endsWith('.json')) return { kind: 'json', file: html };
  if (html !== undefined) return { kind: 'html', file: html };
  return { kind: json ? 'json' : 'text' };
}

/** What the server calls them, and what others do. */
const FORMATS: Readonly<Record<string, Format>> = {
  stderr: 'stderr',
  rds: 'stderr',
  csv: 'csv',
  csvlog: 'csv',
  json: 'json',
  jsonlog: 'json',
};

function formatOf(text: string | undefined): Read<Format> | { problem: string } {
  if (text === undefined) return { value: undefined };
  const value = FORMATS[text];
  return value ? { value } : { problem: `--format ${text} cannot be read. Known are stderr, csv and json.` };
}

function bound(option: string, text: string | undefined, nowMs: number): Read<TimeBound> | { problem: string } {
  if (text === undefined) return { value: undefined };
  const value = readTimeBound(text, nowMs, option === '--since' ? 'start' : 'end');
  if (value !== undefined) return { value };
  return { problem: `${option} ${text} is no time. Write 2h, 30m, 7d, today, yesterday, 14:00 or "2026-11-28 14:00".` };
}

/** Of an instant and a time of the log's clock nobody knows it before the log is read. */
function isTurned(since: TimeBound | undefined, until: TimeBound | undefined): boolean {
  if (since === undefined || until === undefined) return false;
  if ('wall' in since) return 'wall' in until && since.wall >= until.wall;
  return 'atMs' in until && since.atMs >= until.atMs;
}

function whole(option: string, text: string | undefined, most: number): Read<number> | { problem: string } {
  if (text === undefined) return { value: undefined };
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return value >= 1 && value <= most ? { value } : { problem: `${option} is a number from 1 to ${most}.` };
}

function given<K extends string, V>(name: K, value: V | undefined): { [key in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { [key in K]?: V };
}

function refused(problem: string): { problem: string } {
  return { problem: `${problem}\nUsage: ${LOGS_USAGE}` };
}
