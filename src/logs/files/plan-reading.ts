import type { LogFormat } from '../format.ts';
import type { FoundFile, LeftOut } from './find-files.ts';
import { peekAt, type Peek } from './peek.ts';
import type { FileTask } from './read-file.ts';

/** What somebody said of the logs; what is not said is found out. */
export type Given = { format?: LogFormat['format']; prefix?: string };
export type PlannedTask = FileTask & { sizeBytes: number; formatFrom: 'given' | 'found' };
export type ReadingPlan = { tasks: PlannedTask[]; leftOut: LeftOut[] };

/** Looks at the beginning of each file: how it is to be read, and in which order, the oldest first. */
export async function planReading(files: readonly FoundFile[], given: Given): Promise<ReadingPlan> {
  const seen: { file: FoundFile; peek: Peek }[] = [];
  // One after the other: a directory of thousands must not open them all at once.
  for (const file of files) seen.push({ file, peek: await peekAt(file.path) });
  const ordered = seen.toSorted((a, b) => compare(timeOf(a), timeOf(b)) || compare(a.file.path, b.file.path));
  const known = ordered.flatMap(({ peek }) => (peek.format ? [peek.format] : []));
  const planned = ordered.map(({ file, peek }) => planned1(file, peek, given, known));
  return {
    tasks: planned.flatMap((one) => ('format' in one ? [one] : [])),
    leftOut: planned.flatMap((one) => ('why' in one ? [one] : [])),
  };
}

/** A log without a time in its beginning is as old as its last change. */
function timeOf({ file, peek }: { file: FoundFile; peek: Peek }): string {
  return peek.firstTime ?? new Date(file.changedMs).toISOString().replace('T', ' ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function planned1(
  { path, sizeBytes }: FoundFile,
  peek: Peek,
  given: Given,
  known: readonly LogFormat[],
): PlannedTask | LeftOut {
  const said = saidFormat(given, peek);
  if (said) return { path, sizeBytes, format: said, formatFrom: 'given' };
  // A file that begins in the middle of a very long entry is like its neighbours.
  const format = peek.format ?? known[0];
  if (peek.firstBytes.length === 0) return { path, why: 'it is empty', kind: 'choice' };
  if (format === undefined) return { path, why: noLogText(peek.firstBytes), kind: 'fault' };
  return { path, sizeBytes, format, formatFrom: 'found' };
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
