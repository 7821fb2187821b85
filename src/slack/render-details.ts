import type { Json } from '../core/json.ts';
import type { Fact, Gap, Report, ReportedFinding } from '../core/report.ts';
import { preformatted, section, sections } from './blocks.ts';
import type { Piece } from './fit.ts';
import { budgets } from './limits.ts';
import { inline, split, when } from './mrkdwn.ts';
import { actionRow } from './render-actions.ts';
import { chartPiece, type Pictures } from './render-chart.ts';
import { changedPieces } from './render-changed.ts';
import { heldPieces } from './render-held.ts';
import { history, icons, lineFacts, sorted } from './render-lines.ts';
import { alignedText, tablePiece } from './render-table.ts';

/** Everything that a report knows beyond its first lines, in the order in which a thread tells it. */
export function detailPieces(
  report: Report,
  shown: ReadonlySet<ReportedFinding>,
  charts: { pictures: Pictures; shown: number } = { pictures: [], shown: 0 },
): Piece[] {
  return [
    ...sorted(report.findings).map((finding) => findingPiece(finding, !shown.has(finding))),
    ...heldPieces(report.held ?? []),
    ...factPieces(report.facts.slice(lineFacts(report).length)),
    ...report.charts.map((chart, n) => chartPiece(chart, charts.pictures[n])).slice(charts.shown),
    ...report.tables.map(tablePiece),
    ...(report.coverage?.gaps ?? []).map(gapPiece),
    ...report.parts.flatMap((part) => partPieces(part)),
  ];
}

function partPieces(part: Report): Piece[] {
  const inner = [...changedPieces(part), ...textPieces(part.text), ...detailPieces(part, new Set())];
  const title = `${icons[part.status]} *${inline(part.subject, 80)}* ${inline(part.headline, budgets.headlineCharacters)}`;
  return inner.map((piece, n) => (n === 0 ? { ...piece, blocks: [section(title), ...piece.blocks] } : piece));
}

/** Paragraphs of an answer that is text. */
export function textPieces(text: readonly string[]): Piece[] {
  return text
    .filter((paragraph) => paragraph.trim() !== '')
    .flatMap((paragraph) => split(paragraph, budgets.toldCharacters))
    .map((paragraph) => {
      const escaped = inlineLines(paragraph);
      return { noun: 'paragraph', count: 1, text: escaped, blocks: sections(escaped) };
    });
}

function inlineLines(paragraph: string): string {
  return (
    paragraph
      .split('\n')
      // A line that is only a channel stays a link to it.
      .map((line) => (/^<#[CG][A-Z0-9]+>$/.test(line) ? line : inline(line, budgets.toldCharacters)))
      .join('\n')
  );
}

function findingPiece(finding: ReportedFinding, withButtons: boolean): Piece {
  const told = inline(finding.sentence, budgets.toldCharacters);
  const lines = [
    `*${finding.change} ${finding.severity}* · ${told}${history({ ...finding, change: 'NEW' })}`,
    `Since ${when(finding.since)}${measured(finding)}`,
  ];
  lines.push(`Safest: ${inline(finding.next, budgets.nextCharacters)}`);
  const evidence = evidenceText(finding.evidence);
  return {
    noun: 'finding',
    count: 1,
    text: told,
    blocks: [
      ...sections(lines.join('\n')),
      ...(evidence === '' ? [] : preformatted(evidence)),
      ...(withButtons ? actionRow(finding.actions ?? [], budgets.findingButtons) : []),
    ],
  };
}

function measured(finding: ReportedFinding): string {
  if (!finding.measure) return '';
  const { value, unit, limit } = finding.measure;
  return ` · ${inline(`${value} ${unit}, limit ${limit} ${unit}`, 100)}`;
}

function factPieces(facts: readonly Fact[]): Piece[] {
  if (facts.length === 0) return [];
  const lines = facts.map((fact) => `${inline(fact.label, 80)}: *${inline(fact.value, 200)}*`);
  return lines.map((line) => ({ noun: 'fact', count: 1, text: line, blocks: [section(line)] }));
}

function gapPiece(gap: Gap): Piece {
  const fix = gap.fix === undefined ? '' : ` Fix: ${inline(gap.fix, budgets.nextCharacters)}`;
  const line = `:white_circle: ${inline(gap.check, 80)} ${gap.kind}: ${inline(gap.reason, budgets.nextCharacters)}${fix}`;
  return { noun: 'check without an answer', count: 1, text: line, blocks: [section(line)] };
}

/** Evidence as text: flat records as aligned columns or lines, everything else as JSON; what is too long is counted. */
export function evidenceText(evidence: Json): string {
  if (evidence === null) return '';
  const text = readable(evidence);
  if (text.length <= budgets.evidenceCharacters) return text;
  const kept = text.slice(0, budgets.evidenceCharacters - 40);
  return `${kept}\n… ${text.length - kept.length} characters more`;
}

function readable(evidence: Json): string {
  if (typeof evidence !== 'object' || evidence === null) return String(evidence);
  if (Array.isArray(evidence))
    return evidence.every(isRecord) ? recordsText(evidence) : JSON.stringify(evidence, null, 1);
  return Object.entries(evidence)
    .filter(([, value]) => !isEmpty(value))
    .map(([name, value]) => fieldText(name, value))
    .join('\n');
}

function isEmpty(value: Json): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** A field in words: its unit stands behind its value, texts of a list below each other, records in columns. */
function fieldText(name: string, value: Json): string {
  const { label, unit } = namedIn(name);
  if (typeof value !== 'object' || value === null) return `${label}: ${scalar(value)}${unit}`;
  if (!Array.isArray(value)) {
    const inner = Object.entries(value).filter(([, one]) => !isEmpty(one));
    if (inner.some(([, one]) => typeof one === 'object')) return `${label}: ${JSON.stringify(value)}`;
    return `${label}: ${inner.map(([key, one]) => fieldText(key, one)).join(', ')}`;
  }
  if (value.every(isRecord)) return `${label}:\n${indented(recordsText(value))}`;
  if (value.some((one) => typeof one === 'object')) return `${label}: ${JSON.stringify(value)}`;
  const isShort = value.every((one) => String(one).length <= SHORT_CHARACTERS && !/^\s|\n/.test(String(one)));
  return isShort ? `${label}: ${value.join(', ')}` : `${label}:\n${indented(value.join('\n'))}`;
}

/** Longer ones are sentences, statements or lines of a plan. */
const SHORT_CHARACTERS = 24;
const UNITS: { readonly [ending: string]: string } = { Ms: ' ms', Seconds: ' s', Bytes: ' bytes' };

/** `totalMs` is "total", in ms; `callsPerSecond` is "calls per second". */
function namedIn(name: string): { label: string; unit: string } {
  const [, rest = name, ending = ''] = /^([a-z].*[a-z0-9])(Ms|Seconds|Bytes)$/.exec(name) ?? [];
  const words = rest.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ');
  return { label: /^[a-z][A-Za-z0-9]*$/.test(name) ? words.toLowerCase() : name, unit: UNITS[ending] ?? '' };
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function recordsText(records: readonly { readonly [key: string]: Json }[]): string {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const rows = records.map((record) => columns.map((column) => scalar(record[column] ?? null)));
  return alignedText([columns, ...rows]);
}

function scalar(value: Json): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
