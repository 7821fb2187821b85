import type { NextAction } from '../../core/finding.ts';
import type { TargetName } from '../../core/operation.ts';
import type { Remembered } from '../../core/past.ts';
import type { Quiet } from '../../core/quiet.ts';
import {
  emptyReport,
  worst,
  type HeldFinding,
  type Report,
  type ReportedFinding,
  type Status,
} from '../../core/report.ts';
import type { Evaluated } from './evaluate.ts';
import { windowWords } from './hold.ts';
import type { Judged } from './judge.ts';
import type { Look } from './look.ts';

/** What a target's report is made of. */
export type Parts = {
  target: TargetName;
  look: Look;
  judged: Judged;
  evaluated: Evaluated;
  baseline: Remembered | undefined;
  /** Absent where nothing is kept, and so nothing can be muted. */
  quiet: Quiet | undefined;
  at: string;
};

/** Pure: one target's report. */
export function targetReport(parts: Parts): Report {
  const { target, judged, evaluated, quiet, at } = parts;
  const status = statusOf(parts);
  const about = { operation: 'health', subject: target.name, status, at };
  return {
    ...emptyReport({ ...about, headline: headlineOf(status, parts) }),
    findings: evaluated.told.map((finding) => withMute(finding, target.name, quiet)),
    resolved: evaluated.resolved,
    ...(evaluated.held.length > 0 ? { held: evaluated.held.map((finding) => withUnmute(finding, target.name)) } : {}),
    coverage: judged.coverage,
    // The line of a good day has room for three: the short ones say most.
    facts: judged.facts.toSorted((a, b) => a.label.length + a.value.length - b.label.length - b.value.length),
  };
}

/** Pure: several targets under one heading, worst first. */
export function environmentReport(environment: string, parts: readonly Report[], at: string): Report {
  const status = worst(parts.map((part) => part.status));
  const headline = environmentHeadline(parts);
  const order: readonly Status[] = ['unknown', 'critical', 'warning', 'info', 'healthy'];
  const sorted = parts.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  return { ...emptyReport({ operation: 'health', subject: environment, status, headline, at }), parts: sorted };
}

/** The counts say what one status for all would hide: that behind one unknown there are two critical. */
function environmentHeadline(parts: readonly Report[]): string {
  const counts = (['critical', 'warning', 'unknown'] as const).flatMap((status) => {
    const count = parts.filter((part) => part.status === status).length;
    return count === 0 ? [] : [{ status, count }];
  });
  if (counts.length === 0) return `all ${parts.length} targets healthy`;
  const troubled = counts.reduce((sum, { count }) => sum + count, 0);
  const words = counts.map(({ status, count }) => `${count} ${status}`).join(', ');
  return `${troubled} of ${parts.length} targets need a look: ${words}`;
}

function statusOf({ look, judged, evaluated }: Parts): Status {
  const anyoneSpoke = look.members.some((member) => member.reached && member.role !== 'sentinel');
  if (!anyoneSpoke || (judged.coverage.answered === 0 && judged.findings.length === 0)) return 'unknown';
  return worst(evaluated.told.map((finding) => finding.severity));
}

function headlineOf(status: Status, { judged, evaluated, baseline, quiet }: Parts): string {
  const { answered, asked } = judged.coverage;
  if (status === 'unknown') return `could not be looked at: ${answered} of ${asked} checks answered`;
  const count = (severity: string) => evaluated.told.filter((finding) => finding.severity === severity).length;
  const counts = ['critical', 'warning'].flatMap((severity) =>
    count(severity) ? [`${count(severity)} ${severity}`] : [],
  );
  const said = counts.length === 0 ? 'healthy' : `${counts.join(', ')}${wasHealthy(baseline)}`;
  return [said, ...(quiet?.windows ?? []).map(windowWords)].join(', ');
}

function wasHealthy(baseline: Remembered | undefined): string {
  if (!baseline) return '';
  const told = new Set(baseline.watched?.flatMap((watch) => (watch.told ? [watch.key] : [])));
  const isTold = (key: string) => baseline.watched === undefined || told.has(key);
  if (baseline.findings.some((finding) => finding.severity !== 'info' && isTold(finding.key))) return '';
  return ` (was healthy at ${baseline.at.slice(11, 16)} UTC)`;
}

/** Long enough to sleep, short enough that somebody looks again; the form asks for another time and for the reason. */
const USUAL_MUTE = '4h';

function withMute(finding: ReportedFinding, target: string, quiet: Quiet | undefined): ReportedFinding {
  if (quiet === undefined || finding.severity === 'info') return finding;
  const args = [finding.key, USUAL_MUTE];
  const mute: NextAction = { label: 'Mute 4 h…', operation: 'mute', target, args, disruptive: false };
  return { ...finding, actions: [...(finding.actions ?? []), mute] };
}

/** The buttons of what is muted are for the day: to hear of it again. */
function withUnmute(finding: HeldFinding, target: string): HeldFinding {
  if (finding.held.by !== 'mute') return finding;
  const args = [finding.key];
  return { ...finding, actions: [{ label: 'Unmute', operation: 'unmute', target, args, disruptive: false }] };
}
