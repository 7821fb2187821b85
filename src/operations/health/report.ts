import type { Remembered, TargetName } from '../../core/operation.ts';
import { emptyReport, worst, type Report, type ReportedFinding, type Status } from '../../core/report.ts';
import { compare, resolvedOf } from './compare.ts';
import type { Judged } from './judge.ts';
import type { Look } from './look.ts';

/** Pure: one target's report. */
export function targetReport(
  target: TargetName,
  look: Look | undefined,
  judged: Judged,
  baseline: Remembered | undefined,
  at: string,
): Report {
  const findings = compare(judged.findings, baseline?.findings, at);
  const status = statusOf(findings, look, judged);
  const about = { operation: 'health', subject: target.name, status, at };
  return {
    ...emptyReport({ ...about, headline: headlineOf(status, findings, judged, baseline) }),
    findings,
    resolved: resolvedOf(judged.findings, baseline?.findings, judged.answered),
    coverage: judged.coverage,
    // The line of a good day has room for three: the short ones say most.
    facts: judged.facts.toSorted((a, b) => a.label.length + a.value.length - b.label.length - b.value.length),
  };
}

/** Pure: several targets under one heading, worst first. */
export function environmentReport(environment: string, parts: readonly Report[], at: string): Report {
  const status = worst(parts.map((part) => part.status));
  const healthy = parts.filter((part) => part.status === 'healthy' || part.status === 'info').length;
  const headline =
    healthy === parts.length
      ? `all ${parts.length} targets healthy`
      : `${parts.length - healthy} of ${parts.length} targets need a look`;
  const order: readonly Status[] = ['unknown', 'critical', 'warning', 'info', 'healthy'];
  const sorted = parts.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  return { ...emptyReport({ operation: 'health', subject: environment, status, headline, at }), parts: sorted };
}

function statusOf(findings: readonly ReportedFinding[], look: Look | undefined, judged: Judged): Status {
  const anyoneSpoke = look?.members.some((member) => member.reached && member.role !== 'sentinel') ?? false;
  if (!anyoneSpoke || (judged.coverage.answered === 0 && findings.length === 0)) return 'unknown';
  return worst(findings.map((finding) => finding.severity));
}

function headlineOf(
  status: Status,
  findings: readonly ReportedFinding[],
  judged: Judged,
  baseline: Remembered | undefined,
): string {
  const { answered, asked } = judged.coverage;
  if (status === 'unknown') return `could not be looked at: ${answered} of ${asked} checks answered`;
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  const parts = ['critical', 'warning'].flatMap((severity) =>
    count(severity) ? [`${count(severity)} ${severity}`] : [],
  );
  if (parts.length === 0) return 'healthy';
  return `${parts.join(', ')}${wasHealthy(baseline)}`;
}

function wasHealthy(baseline: Remembered | undefined): string {
  if (!baseline || baseline.findings.some((finding) => finding.severity !== 'info')) return '';
  return ` (was healthy at ${baseline.at.slice(11, 16)} UTC)`;
}
