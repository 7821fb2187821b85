import type { FileReading } from '../files/read-file.ts';
import { suggestPrefix } from '../prefix-suggestion.ts';
import type { FileRead } from './document.ts';

/** So many lines of one entry may stand before the first whole one: a file can begin in the middle of a statement. */
const FIRST_REST_LINES = 200;

/** How a file was read, with what could not be read and why. */
export function fileReadOf({ task, report, problem }: FileReading): FileRead {
  const { format, formatFrom } = task;
  const { bytes, lines, entries, unmatchedLines, cutEntries } = report.counts;
  return {
    name: task.path,
    format: format.format,
    prefix: format.format === 'stderr' ? format.prefix : null,
    formatFrom,
    bytes,
    lines,
    entries,
    unreadLines: unmatchedLines,
    cutEntries,
    problem: problem ?? unmatchedProblem(report, task),
  };
}

function unmatchedProblem(
  { counts, unmatched }: FileReading['report'],
  { format }: FileReading['task'],
): string | null {
  if (counts.entries > 0 && counts.unmatchedLines <= FIRST_REST_LINES) return null;
  if (counts.lines === 0) return null;
  const better = suggestPrefix(unmatched.map((line) => Buffer.from(line)));
  const which =
    counts.entries === 0
      ? `none of its ${counts.lines} lines begins`
      : `its first ${counts.unmatchedLines} lines do not begin`;
  const wanted = format.format === 'stderr' ? `with the prefix '${format.prefix}'` : `as a ${format.format}log does`;
  const hint = better === undefined ? '' : `; it seems to be --prefix '${better.prefix}'`;
  return `${which} ${wanted}${hint}`;
}
