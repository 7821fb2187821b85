import { severities, type Finding } from '../../core/finding.ts';
import type { Change, ReportedFinding } from '../../core/report.ts';

const changes: readonly Change[] = ['NEW', 'WORSE', 'SAME'];

/** Pure: marks each finding NEW, WORSE or SAME against the last scheduled or alarm report; worst first. */
export function compare(
  findings: readonly Finding[],
  baseline: readonly ReportedFinding[] | undefined,
  at: string,
): ReportedFinding[] {
  const earlier = new Map((baseline ?? []).map((finding) => [finding.key, finding]));
  const marked = findings.map((finding) => {
    const old = earlier.get(finding.key);
    return { ...finding, change: changeOf(finding, old), since: old?.since ?? at };
  });
  return marked.toSorted(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      changes.indexOf(a.change) - changes.indexOf(b.change) ||
      a.key.localeCompare(b.key),
  );
}

function changeOf(finding: Finding, old: ReportedFinding | undefined): Change {
  if (!old) return 'NEW';
  if (severities.indexOf(finding.severity) < severities.indexOf(old.severity)) return 'WORSE';
  const grown = finding.measure && old.measure ? towardsWorse(finding.measure, old.measure.value) : 0;
  return finding.measure && grown >= finding.measure.step ? 'WORSE' : 'SAME';
}

/** How far the value moved away from the good side: a limit above it is a ceiling, below it a floor. */
function towardsWorse(measure: NonNullable<Finding['measure']>, before: number): number {
  const overCeiling = measure.value >= measure.limit;
  return overCeiling ? measure.value - before : before - measure.value;
}

/** Pure: sentences of earlier findings that are gone, only where the question was answered this time. */
export function resolvedOf(
  findings: readonly Finding[],
  baseline: readonly ReportedFinding[] | undefined,
  answered: readonly string[],
): string[] {
  const present = new Set(findings.map((finding) => finding.key));
  const asked = (key: string) => key.includes('.reachable:') || answered.includes(key.split(':', 1)[0] ?? key);
  return (baseline ?? [])
    .filter((old) => old.severity !== 'info' && !present.has(old.key) && asked(old.key))
    .map((old) => old.sentence);
}
