import type { Outcome } from '../core/outcome.ts';
import type { Coverage, Fact, Report, ReportedFinding } from '../core/report.ts';
import { plain, style, wrapped, type Style } from './style.ts';
import { renderTable } from './table.ts';

export type TextOptions = { colour: boolean; /** Columns. */ width: number };

/** A report for a terminal: headline, findings worst first, what stayed unseen, facts, tables, then each part. Ends in a newline. */
export function renderTextReport(report: Report, { colour, width }: TextOptions): string {
  return `${reportLines(report, { width: Math.max(40, width), style: style(colour) }).join('\n')}\n`;
}

/** A run's end for a terminal; a refusal says who could. */
export function renderTextOutcome(outcome: Outcome, options: TextOptions): string {
  if ('done' in outcome) return renderTextReport(outcome.done, options);
  const { status } = style(options.colour);
  if ('failed' in outcome) return `${status('critical', 'failed')} (${outcome.code}): ${plain(outcome.failed)}\n`;
  const who = outcome.who === undefined ? '' : `\nWho can: ${plain(outcome.who)}`;
  return `${status('warning', 'refused')}: ${plain(outcome.refused)}${who}\n`;
}

type Page = { width: number; style: Style };

function reportLines(report: Report, page: Page): string[] {
  const { findings, resolved, coverage, facts, tables, text, next, parts } = report;
  const sections = [
    [...headLines(report, page), ...(coverage ? coverageLines(coverage, page) : [])],
    findings.flatMap((finding) => findingLines(finding, page)),
    resolved.flatMap((sentence) =>
      wrapped(`${page.style.status('healthy', 'RESOLVED')} ${plain(sentence)}`, page.width, '  '),
    ),
    factLines(facts, page),
    ...tables.map((table) => [page.style.bold(plain(table.title)), renderTable(table, page.width, page.style)]),
    text.flatMap((paragraph) => wrapped(plain(paragraph), page.width, '')),
    next.map(({ label, operation, target, args }) => `${plain(label)}: ${command(operation, target, args)}`),
    ...parts.map((part) => reportLines(part, page)),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function headLines({ status, subject, headline }: Report, { width, style: { bold, ...paint } }: Page): string[] {
  const [first = '', ...more] = wrapped(`${plain(subject)} ${plain(headline)}`, width - 2, '  ');
  const name = plain(subject);
  return [
    `${paint.status(status, status === 'unknown' ? '○' : '●')} ${bold(name)}${first.slice(name.length)}`,
    ...more,
  ];
}

function findingLines(finding: ReportedFinding, { width, style: { status } }: Page): string[] {
  const label = `${finding.change} ${finding.severity}`;
  const [first = '', ...more] = wrapped(`${label} · ${plain(finding.sentence)}`, width, '  ');
  return [
    `${status(finding.severity, label)}${first.slice(label.length)}`,
    ...more,
    ...wrapped(`  Safest: ${plain(finding.next)}`, width, '  '),
    ...(finding.actions ?? []).map(({ operation, target, args }) => `  ${command(operation, target, args)}`),
  ];
}

/** Empty is not healthy: what nobody answered is listed with its reason and what would mend it. */
function coverageLines({ asked, answered, gaps }: Coverage, { width, style: { dim } }: Page): string[] {
  return [
    dim(`${answered} of ${asked} checks answered`),
    ...gaps.flatMap(({ check, kind, reason, fix }) => {
      const mend = fix === undefined ? '' : ` Mend: ${plain(fix)}`;
      return wrapped(`  ${check} ${kind}: ${plain(reason)}${mend}`, width, '    ');
    }),
  ];
}

function factLines(facts: readonly Fact[], { width, style: { dim } }: Page): string[] {
  const labels = facts.map(({ label }) => plain(label));
  const column = Math.max(0, ...labels.map((label) => label.length));
  return facts.flatMap(({ value }, index) => {
    const label = (labels[index] ?? '').padEnd(column);
    const [first = '', ...more] = wrapped(`${label}  ${plain(value)}`, width, ' '.repeat(column + 2));
    return [`${dim(label)}${first.slice(label.length)}`, ...more];
  });
}

function command(operation: string, target: string, args: readonly string[]): string {
  return ['$ nightshift', operation, target, ...args].map(plain).join(' ');
}
