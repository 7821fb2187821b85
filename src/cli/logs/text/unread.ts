import type { LogsDocument } from '../../../logs/report/document.ts';
import { plain, wrapped } from '../../style.ts';
import type { LogsPage } from './report.ts';

/** What is not in the report, and what to know of what is. */
export function unreadLines({ read, notes }: LogsDocument, { width, paint }: LogsPage): string[] {
  const problems = read.files.flatMap(({ name, problem }) => (problem === null ? [] : [`${name}: ${problem}`]));
  const leftOut = read.leftOut.map(({ name, why }) => `${name}: left out, ${why}`);
  const listed = (lines: readonly string[]): string[] =>
    lines.flatMap((line) => wrapped(plain(line), width, { first: '  ', rest: '    ' }));
  return [
    ...(problems.length === 0 ? [] : [paint.status('warning', 'What could not be read'), ...listed(problems)]),
    ...(notes.length + leftOut.length === 0 ? [] : [paint.bold('To know'), ...listed([...notes, ...leftOut])]),
  ];
}
