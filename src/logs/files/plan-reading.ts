import type { LogFormat } from '../format.ts';
import type { FoundFile, LeftOut } from './find-files.ts';
import { peekAt, type Peek } from './peek.ts';
import type { FileTask } from './read-file.ts';
import type { TimeBound } from './time-bound.ts';
import type { TimeWindow } from './time-window.ts';

/** What somebody said of the logs; what is not said is found out. */
export type Given = { format?: LogFormat['format']; prefix?: string } & TimeWindow;
export type PlannedTask = FileTask & { sizeBytes: number };
export type ReadingPlan = { tasks: PlannedTask[]; leftOut: LeftOut[] };

/** Looks at the beginning of each file: how it is to be read, and in which order, the oldest first. */
export async function planReading(files: readonly FoundFile[], given: Given): Promise<ReadingPlan> {
  const seen: { file: FoundFile; peek: Peek }[] = [];
  // One after the other: a directory of thousands must not open them all at once.
  const tooOld = files.filter((file) => isTooOld(file, given.since));
  for (const file of files)
    if (!tooOld.includes(file) && file.path !== '-') seen.push({ file, peek: await peekAt(file.path) });
  const ordered = seen.toSorted((a, b) => compare(timeOf(a), timeOf(b)) || compare(a.file.path, b.file.path));
  const known = ordered.flatMap(({ peek }) => (peek.format ? [peek.format] : []));
  const planned = ordered.map(({ file, peek }, order) => planFile({ ...file, order }, peek, given, known));
  return {
    tasks: planned.flatMap((one) => ('format' in one ? [one] : [])),
    leftOut: [
      ...planned.flatMap((one) => ('why' in one ? [one] : [])),
      ...tooOld.map(({ path }) => ({ path, why: 'nobody wrote to it since then', kind: 'choice' as const })),
    ],
  };
}

/** As much as is looked at. */
const LONG_BYTES = 1024 * 1024;
const HOUR_MS = 3_600_000;
/** The most that a clock of a log can be ahead of UTC, and then some. */
const ZONES_MS = 15 * HOUR_MS;

/** A file that nobody wrote to since the window began has nothing of it. */
function isTooOld({ path, changedMs }: FoundFile, since: TimeBound | undefined): boolean {
  if (since === undefined || path === '-') return false;
  const sinceMs = 'atMs' in since ? since.atMs - HOUR_MS : Date.parse(`${since.wall.replace(' ', 'T')}Z`) - ZONES_MS;
  return changedMs < sinceMs;
}

function windowOf({ since, until }: TimeWindow): TimeWindow {
  return { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
}

/** A log without a time in its beginning is as old as its last change. */
function timeOf({ file, peek }: { file: FoundFile; peek: Peek }): string {
  return peek.firstTime ?? new Date(file.changedMs).toISOString().replace('T', ' ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How one file is read, by its beginning; `known` are the formats of its neighbours. */
export function planFile(
  { path, sizeBytes, order }: Pick<FoundFile, 'path' | 'sizeBytes'> & { order: number },
  peek: Peek,
  given: Given,
  known: readonly LogFormat[],
): PlannedTask | LeftOut {
  if (peek.firstBytes.length === 0) return emptyFile(path, peek);
  const said = saidFormat(given, peek);
  const rest = { path, sizeBytes, order, window: windowOf(given) };
  if (said) return { ...rest, format: said, formatFrom: 'given' };
  // A file that begins in the middle of a very long entry is like its neighbours.
  const format = peek.format ?? (peek.firstBytes.length >= LONG_BYTES ? known[0] : undefined);
  if (format === undefined) return { path, why: noLogText(peek.firstBytes), kind: 'fault' };
  return { ...rest, format, formatFrom: 'found' };
}

function emptyFile(path: string, { problem }: Peek): LeftOut {
  return problem === undefined ? { path, why: 'it is empty', kind: 'choice' } : { path, why: problem, kind: 'fault' };
}

/** What was said counts, but a prefix says nothing of csv and JSON, which show themselves. */
export function saidFormat({ format, prefix }: Given, peek: Peek): LogFormat | undefined {
  if (format === 'csv' || format === 'json') return { format };
  if (prefix === undefined) return undefined;
  const shown = peek.format?.format;
  return format === undefined && (shown === 'csv' || shown === 'json') ? undefined : { format: 'stderr', prefix };
}

/** Why a file can be no log of PostgreSQL that is read here, and what to do. */
export function noLogText(firstBytes: Uint8Array): string {
  const text = Buffer.from(firstBytes.subarray(0, 64 * 1024)).toString('latin1');
  if (text.includes('\0')) return 'it is no text';
  if (/^(?:<\d+>)?(?:\d )?\w{3} [ \d]\d \d\d:\d\d:\d\d \S+ postgres(?:ql)?\[\d+\]: \[\d+-\d+\]/m.test(text))
    return 'it was written by syslog, which is not read: use log_destination stderr, csvlog or jsonlog';
  if (/(?:LOG|ERROR|FATAL|WARNING): {2}/.test(text))
    return "its lines begin with a prefix that is not known: give the server's log_line_prefix with --prefix (SHOW log_line_prefix)";
  return 'no line in it is of a PostgreSQL log';
}
