import type { Counted } from '../../../logs/digest/counted.ts';
import type { LogsDocument } from '../../../logs/report/document.ts';
import { errorClassOf } from '../../../logs/report/error-class.ts';
import { plain, wrapped } from '../../style.ts';
import { counted, countText } from '../amounts.ts';
import { missingSettings, sectionsOf, sumOf, type Section } from '../sections.ts';
import { clipped } from './statements.ts';
import type { LogsPage } from './report.ts';

const COUNT = 8;

/** Errors by class, the class with most first; below each message the shapes that caused it. */
export function errorLines({ errors }: LogsDocument, page: LogsPage): string[] {
  const { paint, width, top } = page;
  if (errors.length === 0) return [`${paint.bold('Errors')}  none`];
  const shown = errors.slice(0, top);
  const classes = [...Map.groupBy(shown, ({ name }) => errorClassOf(name))];
  return [
    paint.bold('Errors'),
    ...classes.flatMap(([name, rows]) => [
      paint.dim(`  ${name}`),
      ...rows.flatMap((row) => [
        ...wrapped(plain(row.name), width, {
          first: `${countText(row.count).padStart(COUNT)}  `,
          rest: ' '.repeat(COUNT + 2),
        }),
        ...row.statements
          .slice(0, 1)
          .map((shape) => paint.dim(`${' '.repeat(COUNT + 4)}${clipped(plain(shape), width - COUNT - 4)}`)),
      ]),
    ]),
    ...more(errors.length - shown.length, page),
  ];
}

function more(count: number, { paint }: LogsPage): string[] {
  return count > 0 ? [paint.dim(`${' '.repeat(COUNT + 2)}and ${countText(count)} more kinds`)] : [];
}

/** What the server did beside statements and errors. Of what was not seen, the setting that shows it is told, in one line. */
export function serverLines(document: LogsDocument, page: LogsPage): string[][] {
  const seen = sectionsOf(document).filter(({ rows }) => rows.length > 0);
  const missing = missingSettings(document);
  return [
    ...seen.map((section) => sectionLines(section, document, page)),
    ...(missing.length === 0 ? [] : [notSeen(missing, page)]),
  ];
}

function sectionLines({ id, title, rows, amount }: Section, document: LogsDocument, page: LogsPage): string[] {
  const { paint, width, top } = page;
  const shown = rows.slice(0, top);
  const deadlocks = id === 'lockWaits' && document.deadlocks > 0 ? `, ${counted(document.deadlocks, 'deadlock')}` : '';
  return [
    `${paint.bold(title)}${paint.dim(`  ${sumText(rows, amount)}${deadlocks}`)}`,
    ...shown.flatMap((row) => [
      ...wrapped(`${plain(row.name)}${amountText(row, amount)}`, width, {
        first: `${countText(row.count).padStart(COUNT)}  `,
        rest: ' '.repeat(COUNT + 2),
      }),
      ...row.statements
        .slice(0, 2)
        .map((shape) => paint.dim(`${' '.repeat(COUNT + 4)}${clipped(plain(shape), width - COUNT - 4)}`)),
    ]),
    ...more(rows.length - shown.length, page),
  ];
}

function sumText(rows: readonly Counted[], amount: Section['amount']): string {
  const { count, total } = sumOf(rows);
  return amount && total > 0 ? `${countText(count)} in all, ${amount.text(total)}` : `${countText(count)} in all`;
}

function amountText({ count, total, max }: Counted, amount: Section['amount']): string {
  if (!amount || total === 0) return '';
  return count === 1 ? `, ${amount.text(total)}` : `, ${amount.text(total)} together, ${amount.text(max)} at most`;
}

function notSeen(settings: readonly string[], { paint, width }: LogsPage): string[] {
  const text = `Not seen in this log, or not written into it: ${settings.join(', ')} would show it.`;
  return wrapped(text, width).map(paint.dim);
}
