import type { TargetName } from '../../core/operation.ts';
import type { Report, ReportedFinding } from '../../core/report.ts';
import { causesOf } from './causes.ts';
import type { Placed, TargetChanges } from './changes.ts';
import { explain } from './explain.ts';

/** How many targets of the other engine are looked at beside one. */
export const MOST_NEIGHBOURS = 3;

/** A target's report and, where anything is kept of it, what changed. */
export type Compared = { target: TargetName; report: Report; changes: TargetChanges | null };

/** Pure: what of a report is worth an explanation. */
export function troublesOf({ findings }: Pick<Report, 'findings'>): readonly ReportedFinding[] {
  return findings.filter(({ severity }) => severity !== 'info');
}

/** Pure: the report with what changed since the last good one; as it is where nothing is wrong or nothing is kept. */
export function withWhatChanged({ target, report, changes }: Compared, neighbours: readonly TargetChanges[]): Report {
  const troubles = troublesOf(report);
  if (changes === null || troubles.length === 0) return report;
  return { ...report, changed: explain(troubles, changes, neighbours, ({ key }) => causesOf(key, target.engine)) };
}

/** Pure: the reports of one environment, each with the changes of the other engine's targets. */
export function acrossEngines(all: readonly Compared[]): Report[] {
  return all.map((one) => {
    const others = all.filter(({ target }) => isNeighbour(target, one.target));
    const next = others.flatMap(({ report, changes }) => (changes ? [withTrouble(changes, report.findings)] : []));
    return withWhatChanged(one, next.toSorted((a, b) => weightOf(b) - weightOf(a)).slice(0, MOST_NEIGHBOURS));
  });
}

function isNeighbour(one: TargetName, other: TargetName): boolean {
  return one.environment === other.environment && one.engine !== other.engine;
}

function weightOf({ changes }: TargetChanges): number {
  return changes.reduce((sum, { size }) => sum + size, 0);
}

/** Pure: a neighbour's changes with what is wrong with it now, which explains more than any change does. */
export function withTrouble(own: TargetChanges, findings: readonly ReportedFinding[]): TargetChanges {
  const { since } = own;
  const troubles = troublesOf({ findings }).filter((finding) => since === null || finding.since > since);
  const told = troubles.map((finding): Placed => ({
    id: `trouble:${finding.key}`,
    kind: 'trouble',
    sentence: finding.sentence.replace(/\.$/, ''),
    size: finding.severity === 'critical' ? 1 : 0.6,
    from: since ?? finding.since,
    to: finding.since,
  }));
  return { ...own, changes: [...told, ...own.changes] };
}
