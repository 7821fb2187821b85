import { severities, type Finding } from '../../core/finding.ts';
import { changes, type Change, type ReportedFinding } from '../../core/report.ts';

/** What was told of a finding, and when. */
export type Told = { finding: ReportedFinding; at: string };

/** Pure: a finding marked NEW, WORSE, SAME or BETTER against what the last scheduled or alarm report told of it. */
export function compare(finding: Finding, told: Told | undefined, since: string): ReportedFinding {
  if (told === undefined) return { ...finding, change: 'NEW', since };
  const change = changeOf(finding, told.finding);
  if (change === 'SAME') return { ...finding, change, since };
  const { severity, measure } = told.finding;
  return {
    ...finding,
    change,
    since,
    was: { at: told.at, severity, ...(measure === undefined ? {} : { value: measure.value }) },
  };
}

/** Worst first; within a severity NEW, WORSE, SAME, BETTER. */
export function worstFirst(a: ReportedFinding, b: ReportedFinding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    changes.indexOf(a.change) - changes.indexOf(b.change) ||
    a.key.localeCompare(b.key)
  );
}

/** The severity counts before the number: a number is only compared with one of the same limit. */
function changeOf(finding: Finding, old: ReportedFinding): Change {
  const risen = severities.indexOf(old.severity) - severities.indexOf(finding.severity);
  if (risen !== 0) return risen > 0 ? 'WORSE' : 'BETTER';
  if (!finding.measure || !old.measure) return 'SAME';
  const grown = towardsWorse(finding.measure, old.measure.value);
  if (grown >= finding.measure.step) return 'WORSE';
  // A step of nothing would make every repetition better.
  return grown < 0 && -grown >= finding.measure.step ? 'BETTER' : 'SAME';
}

/** How far the value moved away from the good side: a limit above it is a ceiling, below it a floor. */
function towardsWorse(measure: NonNullable<Finding['measure']>, before: number): number {
  return isCeiling(measure) ? measure.value - before : before - measure.value;
}

/** True where a value is bad above its limit, false where it is bad below it. */
export function isCeiling({ value, limit }: NonNullable<Finding['measure']>): boolean {
  return value >= limit;
}
