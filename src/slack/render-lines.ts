import { changes, type Coverage, type Gap, type Report, type ReportedFinding, type Status } from '../core/report.ts';
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

/** Worst first; within a severity NEW, WORSE, SAME, BETTER. */
export function sorted<F extends ReportedFinding>(findings: readonly F[]): F[] {
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
    const { answered, asked } = report.coverage;
    const aside = asideOf(report.coverage);
    words.push(`${answered} of ${asked} checks${aside.length > 0 ? ` (${aside.join('; ')})` : ''}`);
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
  const what = `*${finding.change} ${finding.severity}* · ${inline(finding.sentence, budgets.sentenceCharacters)}${history(finding)}`;
  const evidence = finding.evidence === null ? '' : `Evidence ${where}. `;
  return `${what}\n${evidence}Safest: ${inline(finding.next, budgets.nextCharacters)}`;
}

/** ` (since 02:00; was 12 s at 03:00; not yet confirmed)`: since when, against what, and what else to know. */
export function history({ change, since, was, measure, severity, marks = [] }: ReportedFinding): string {
  const before =
    was === undefined
      ? []
      : was.severity !== severity
        ? [`was ${was.severity} at ${when(was.at)}`]
        : was.value === undefined || measure === undefined
          ? []
          : [`was ${inline(`${rounded(was.value)} ${measure.unit}`, 40)} at ${when(was.at)}`];
  const sinceWhen = change === 'SAME' || change === 'BETTER' ? [`since ${when(since)}`] : [];
  const words = [...sinceWhen, ...before, ...marks.map((mark) => inline(mark, budgets.markCharacters))];
  return words.length === 0 ? '' : ` (${words.join('; ')})`;
}

/** Enough digits to see a difference. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
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
  return [`${coverage.answered} of ${coverage.asked} checks answered`, ...shown, ...asideOf(coverage)].join('; ');
}

/** What nobody can see there, whatever is granted. */
function asideOf({ unseen = [] }: Coverage): string[] {
  const words = unseen.map((what) => inline(what, 60)).join(', ');
  return words === '' ? [] : [`unseen: ${words}`];
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
