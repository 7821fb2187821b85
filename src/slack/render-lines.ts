import type { Coverage, Gap, Report, ReportedFinding, Status } from '../core/report.ts';
import { severities } from '../core/finding.ts';
import { budgets } from './limits.ts';
import { counted, inline, when } from './mrkdwn.ts';

/** Grey for what nobody could look at: it is never green. */
export const icons: Readonly<Record<Status, string>> = {
  unknown: ':white_circle:',
  critical: ':red_circle:',
  warning: ':large_orange_circle:',
  info: ':large_blue_circle:',
  healthy: ':large_green_circle:',
};

const changes = ['NEW', 'WORSE', 'SAME'] as const;

/** Worst first; within a severity NEW, WORSE, SAME. */
export function sorted(findings: readonly ReportedFinding[]): ReportedFinding[] {
  return findings.toSorted(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      changes.indexOf(a.change) - changes.indexOf(b.change),
  );
}

/** `:red_circle: *orders-db* 1 critical, 1 warning`; a good day's line also carries coverage and up to three facts. */
export function firstLine(report: Report): string {
  const title = [icons[report.status], bold(report.subject), headline(report, budgets.headlineCharacters)]
    .filter((word) => word !== '')
    .join(' ');
  const words = [title];
  if (report.status === 'healthy' && report.coverage && report.coverage.gaps.length === 0) {
    const { answered, asked, unseen = [] } = report.coverage;
    words.push(`${answered} of ${asked} checks${unseen.length > 0 ? ` (${unseenWords(unseen)})` : ''}`);
  }
  for (const fact of lineFacts(report)) words.push(`${inline(fact.label, 40)} ${inline(fact.value, 60)}`);
  return words.join(' · ');
}

/** The facts that the first line already says: only a single healthy target has room for them. */
export function lineFacts(report: Report): Report['facts'] {
  return report.status === 'healthy' && report.parts.length === 0 ? report.facts.slice(0, 3) : [];
}

/** The report's own sentence; what could not be looked at always says so. */
export function headline(report: Report, characters: number): string {
  const text = inline(report.headline, characters).replace(/\.$/, '');
  return report.status === 'unknown' && !/unknown/i.test(text) ? `unknown: ${text}` : text;
}

/** The subject in bold, or nothing. */
export function bold(subject: string): string {
  return subject === '' ? '' : `*${inline(subject, 80)}*`;
}

/** A finding in two lines: what it is, and the safest next action. */
export function findingText(finding: ReportedFinding, where: string): string {
  const since = finding.change === 'SAME' ? ` (since ${when(finding.since)})` : '';
  const what = `*${finding.change} ${finding.severity}* · ${inline(finding.sentence, budgets.sentenceCharacters)}${since}`;
  const evidence = finding.evidence === null ? '' : `Evidence ${where}. `;
  return `${what}\n${evidence}Safest: ${inline(finding.next, budgets.nextCharacters)}`;
}

/** `31 of 34 checks answered; 3 need GRANT pg_monitor TO nightshift_read`. */
export function coverageLine(coverage: Coverage): string {
  const groups = new Map<string, number>();
  for (const gap of coverage.gaps) groups.set(gapWords(gap), (groups.get(gapWords(gap)) ?? 0) + 1);
  const parts = [...groups].map(
    ([words, count]) => `${count} ${words.replace('need(s)', count === 1 ? 'needs' : 'need')}`,
  );
  const shown = parts.slice(0, 3);
  if (parts.length > shown.length) shown.push(counted(parts.length - shown.length, 'further reason'));
  const unseen = coverage.unseen?.length ? [unseenWords(coverage.unseen)] : [];
  return [`${coverage.answered} of ${coverage.asked} checks answered`, ...shown, ...unseen].join('; ');
}

function unseenWords(unseen: readonly string[]): string {
  return `unseen: ${unseen.map((what) => inline(what, 60)).join(', ')}`;
}

function gapWords(gap: Gap): string {
  if (gap.fix !== undefined) return `need(s) ${inline(gap.fix, 120)}`;
  return `${gap.kind === 'skipped' ? 'skipped' : 'without a reliable answer'}: ${inline(gap.reason, 120)}`;
}

/** The coverage of a report, or the sum of its parts'. */
export function coverageOf(report: Report): Coverage | undefined {
  if (report.coverage) return report.coverage;
  const all = report.parts.map(coverageOf).filter((coverage) => coverage !== undefined);
  if (all.length === 0) return undefined;
  const unseen = [...new Set(all.flatMap((one) => one.unseen ?? []))];
  return {
    ...(unseen.length > 0 ? { unseen } : {}),
    asked: all.reduce((sum, one) => sum + one.asked, 0),
    answered: all.reduce((sum, one) => sum + one.answered, 0),
    gaps: all.flatMap((one) => one.gaps),
  };
}

/** `Resolved: …`, the rest counted. */
export function resolvedLine(resolved: readonly string[], most: number): string {
  const shown = resolved.slice(0, most).map((sentence) => inline(sentence, 200));
  const more = resolved.length > most ? ` · ${resolved.length - most} more resolved` : '';
  return `:white_check_mark: Resolved: ${shown.join(' · ')}${more}`;
}
