import type { Outcome } from '../core/outcome.ts';
import type { Coverage, Fact, Gap, HeldFinding, Item, Report, ReportedFinding } from '../core/report.ts';
import { changedLines } from './changed.ts';
import { plain, style, wrapped, type Style } from './style.ts';
import { tableLines } from './table.ts';

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
  const { findings, resolved, coverage, facts, tables, items = [], text, next, parts } = report;
  const { width, style: paint } = page;
  const sections = [
    [...headLines(report, page), ...(coverage ? [paint.dim(coverageText(coverage))] : [])],
    findings.flatMap((finding) => findingLines(finding, page)),
    changedLines(report, width, paint),
    (report.held ?? []).flatMap((finding) => heldLines(finding, page)),
    resolved.flatMap((sentence) => led('RESOLVED ', paint.status('healthy', 'RESOLVED '), sentence, width)),
    ...items.map((item) => itemLines(item, page)),
    gapLines(coverage?.gaps ?? [], page),
    factLines(facts, page),
    ...tables.map((table) => [paint.bold(plain(table.title)), ...tableLines(table, width, paint)]),
    text.flatMap((paragraph) => wrapped(plain(paragraph), width)),
    next.map(({ label, operation, target, args }) => `${plain(label)}: ${command(operation, target, args)}`),
    ...parts.map((part) => reportLines(part, page)),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function coverageText({ answered, asked, unseen = [] }: Coverage): string {
  const said = `${answered} of ${asked} checks answered`;
  return unseen.length === 0 ? said : `${said}; unseen: ${unseen.map(plain).join(', ')}`;
}

function headLines({ status, subject, headline }: Report, { width, style: paint }: Page): string[] {
  const dot = status === 'unknown' ? '○' : '●';
  const name = plain(subject);
  return led(`${dot} ${name} `, `${paint.status(status, dot)} ${paint.bold(name)} `, headline, width);
}

function findingLines(finding: ReportedFinding, { width, style: paint }: Page): string[] {
  const label = `${finding.change} ${finding.severity}`;
  return [
    ...led(`${label} · `, `${paint.status(finding.severity, label)} · `, finding.sentence, width),
    ...historyLines(finding, width),
    ...wrapped(`Safest: ${plain(finding.next)}`, width, { first: '  ', rest: '  ' }),
    ...(finding.actions ?? []).map(({ operation, target, args }) => `  ${command(operation, target, args)}`),
  ];
}

/** A drawing is cut at the edge, because wrapped it would be none. */
function itemLines({ text, lines, next }: Item, { width }: Page): string[] {
  return [
    ...wrapped(plain(text), width, { rest: '  ' }),
    ...lines.map((line) => `  ${drawn(line).slice(0, width - 2)}`),
    ...next.map(({ operation, target, args }) => `  ${command(operation, target, args)}`),
  ];
}

/** What stands before the first letter is part of the drawing. */
function drawn(line: string): string {
  return `${/^ */.exec(line)?.[0] ?? ''}${plain(line)}`;
}

/** Since when, what it was in the last report, and what else to know. */
function historyLines({ change, since, was, measure, marks = [] }: ReportedFinding, width: number): string[] {
  const value = was?.value === undefined ? '' : ` ${was.value} ${measure?.unit ?? ''}`.trimEnd();
  const words = [
    ...(change === 'NEW' ? [] : [`since ${since}`]),
    ...(was === undefined ? [] : [`was ${was.severity}${value} at ${was.at}`]),
    ...marks,
  ];
  return words.length === 0 ? [] : wrapped(plain(words.join('; ')), width, { first: '  ', rest: '  ' });
}

/** What does not count now, and why. */
function heldLines({ held, severity, sentence }: HeldFinding, { width, style: paint }: Page): string[] {
  const label = `${held.by} ${severity}`;
  return [
    ...led(`${label} · `, `${paint.dim(label)} · `, sentence, width),
    ...wrapped(plain(held.words), width, { first: '  ', rest: '  ' }),
  ];
}

/** Empty is not healthy: what nobody answered is listed with its reason and what would mend it, one entry a reason. */
function gapLines(gaps: readonly Gap[], { width }: Page): string[] {
  const reasons = Map.groupBy(gaps, ({ kind, reason, fix }) => {
    return `${kind}: ${plain(reason)}${fix === undefined ? '' : ` · mend: ${plain(fix)}`}`;
  });
  return [...reasons].flatMap(([reason, alike]) => {
    const checks = alike.map(({ check }) => check).join(', ');
    return [...wrapped(reason, width, { rest: '  ' }), ...wrapped(checks, width, { first: '  ', rest: '  ' })];
  });
}

function factLines(facts: readonly Fact[], { width, style: paint }: Page): string[] {
  const column = Math.max(0, ...facts.map(({ label }) => plain(label).length));
  return facts.flatMap(({ label, value }) => {
    const padded = `${plain(label).padEnd(column)}  `;
    return led(padded, paint.dim(padded), value, width, ' '.repeat(padded.length));
  });
}

/** A text behind its lead, wrapped by what is seen: colour has no width. */
function led(lead: string, painted: string, text: string, width: number, rest = '  '): string[] {
  const [first = '', ...more] = wrapped(plain(text), width, { first: lead, rest });
  return [`${painted}${first.slice(lead.length)}`, ...more];
}

function command(operation: string, target: string, args: readonly string[]): string {
  return ['$ npx nightshift', operation, target, ...args].map(plain).join(' ');
}
