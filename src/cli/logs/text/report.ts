import type { LogsDocument } from '../../../logs/report/document.ts';
import { style, type Style } from '../../style.ts';
import { headLines } from './head.ts';
import { errorLines, serverLines } from './server.ts';
import { sessionLines } from './sessions.ts';
import { statementLines } from './statements.ts';
import { unreadLines } from './unread.ts';

/** `width`: columns. `top`: rows in each table. */
export type LogsTextOptions = { colour: boolean; width: number; top: number };
export type LogsPage = { width: number; top: number; paint: Style };

const NARROWEST = 60;
const WIDEST = 120;

/** A log's report for a terminal: what was read, the statements, the errors, what the server did. Ends in a newline. */
export function renderLogsText(document: LogsDocument, { colour, width, top }: LogsTextOptions): string {
  const page = { width: Math.min(WIDEST, Math.max(NARROWEST, width)), top, paint: style(colour) };
  const sections = [
    headLines(document, page),
    ...statementLines(document, page),
    sessionLines(document, page),
    errorLines(document, page),
    ...serverLines(document, page),
    unreadLines(document, page),
  ].filter((lines) => lines.length > 0);
  return `${sections.flatMap((lines, n) => (n === 0 ? lines : ['', ...lines])).join('\n')}\n`;
}
