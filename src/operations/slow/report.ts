import { countText, durationText, listText } from '../../checks/wording.ts';
import type { Finding, Severity } from '../../core/finding.ts';
import { severities } from '../../core/finding.ts';
import type { TargetName } from '../../core/operation.ts';
import { means, type Mute, type Quiet } from '../../core/quiet.ts';
import { emptyReport, worst, type Coverage, type HeldFinding, type Report } from '../../core/report.ts';
import type { Order, StatementComparison } from '../../core/statement.ts';
import type { PostgresLoad } from '../../targets/cloud.ts';
import type { Blind, Counting } from './counting.ts';
import { findingOf } from './findings.ts';
import type { Reasoned } from './reasons.ts';
import { chartOf, serverTables, tablesOf, waitTables } from './tables.ts';
import { busyText, timesText } from './wording.ts';

const HOUR_SECONDS = 3_600;

/** What a digest is made of. `primary` is the comparison that the sentences are about. */
export type Slow = {
  target: TargetName;
  comparisons: readonly StatementComparison[];
  counting: Pick<Counting, 'blind' | 'more' | 'tables'>;
  /** By shape. */
  reasons: { readonly [shape: string]: Reasoned };
  /** What sessions wait for, by member; empty where nobody records it. */
  loads: readonly PostgresLoad[];
  by: Order;
  /** What was asked for. */
  sinceSeconds: number;
  at: string;
  quiet?: Quiet | undefined;
  /** By nobody in person: a good night is one line then. */
  isScheduled: boolean;
};

/** Pure: the digest of one target in words, what changed for the worse first. */
export function slowReport(slow: Slow): Report {
  const { target, comparisons, at } = slow;
  const [first] = comparisons;
  if (!first) return blindReport(slow);
  const all = first.moved.map((moved) => findingOf(target, moved, first, slow.reasons[moved.line.shape]));
  const held = all.flatMap((finding) => heldBy(finding, slow.quiet?.mutes ?? [], at) ?? []);
  const told = all.filter(({ key }) => !held.some((one) => one.key === key)).toSorted(bySeverity);
  const status = told.length === 0 ? 'healthy' : worst(told.map(({ severity }) => severity));
  const about = { operation: 'slow', subject: target.name, status, at } as const;
  const report: Report = {
    ...emptyReport({ ...about, headline: headlineOf(first, told) }),
    findings: told.map((finding) => ({ ...finding, change: 'NEW' as const, since: sinceOf(finding, first) })),
    ...(held.length > 0 ? { held } : {}),
    ...coverageOf(slow),
    next: nextOf(target, slow.sinceSeconds),
  };
  return slow.isScheduled && told.length === 0 ? report : { ...report, ...detailsOf(slow) };
}

function detailsOf({ target, comparisons, counting, loads, by }: Slow): Pick<Report, 'tables' | 'charts' | 'text'> {
  const [first] = comparisons;
  const statements = comparisons.flatMap((comparison) => tablesOf(comparison, by));
  return {
    tables: [...statements, ...counting.tables, ...waitTables(loads), ...serverTables(comparisons)],
    charts: first ? chartOf(target.name, first) : [],
    text: [...new Set(comparisons.flatMap(({ notes }) => notes))],
  };
}

function bySeverity(a: Finding, b: Finding): number {
  return order(a.severity) - order(b.severity);
}

function order(severity: Severity): number {
  return severities.indexOf(severity);
}

/** What runs now began when its longest session did, not with the compared time. */
function sinceOf({ key }: Finding, { from, to, moved }: StatementComparison): string {
  const running = moved.find(({ line }) => key.endsWith(`:${line.shape}`))?.running;
  if (!running) return from;
  return new Date(Date.parse(to) - running.longestSeconds * 1_000).toISOString();
}

/** What moved, how busy the server was, and against what that is measured. */
function headlineOf(comparison: StatementComparison, told: readonly Finding[]): string {
  const running = comparison.moved.filter(
    (one) => one.running && told.some(({ key }) => key.endsWith(`:${one.line.shape}`)),
  );
  const runs =
    running.length === 0
      ? ''
      : `${countText(running.length, 'statement')} ${running.length === 1 ? 'runs and does' : 'run and do'} not end; `;
  return runs + endedText(comparison, told.length - running.length, running.length > 0);
}

/** Of the statements that are counted, so of those that ended. */
function endedText(comparison: StatementComparison, moved: number, others: boolean): string {
  const { against, seconds, common } = comparison;
  const busy = `${busyText(comparison.totalMs, seconds)} in ${durationText(seconds)}${others ? ' by what ended' : ''}`;
  const all = commonText(common);
  if (against === null) return `${busy}; there is no earlier time yet to compare with`;
  const versus = `against ${against}`;
  if (moved === 0 && all === '') return `${others ? 'nothing else' : 'nothing'} moved: ${busy}, ${versus}`;
  const what =
    moved === 0
      ? `no ${others ? 'other' : 'single'} statement moved`
      : `${countText(moved, others ? 'other statement' : 'statement')} ${moved === 1 ? 'costs' : 'cost'} more than usual`;
  return `${[what, all].filter((part) => part !== '').join('; ')}: ${busy}, ${versus}`;
}

/** What all statements do together is the machine or the visitors, and no statement's fault. */
function commonText({ mean, calls }: StatementComparison['common']): string {
  const slower = mean > 1 ? `all statements take ${timesText(mean)} as long: look at the machine (health)` : '';
  const oftener = calls > 1 ? `all are called ${timesText(calls)} as often: more traffic` : '';
  return [slower, oftener].filter((part) => part !== '').join('; ');
}

function heldBy(finding: Finding, mutes: readonly Mute[], at: string): HeldFinding | undefined {
  const mute = mutes.find(({ what, until }) => means(what, finding.key) && until > at);
  if (!mute || severities.indexOf(finding.severity) < severities.indexOf(mute.upTo)) return undefined;
  const words = `until ${mute.until.slice(0, 16).replace('T', ' ')} UTC by ${mute.by}: ${mute.reason}`;
  return { ...finding, change: 'SAME', since: mute.at, held: { by: 'mute', words } };
}

function coverageOf({ comparisons, counting }: Slow): { coverage?: Coverage } {
  const { blind, more } = counting;
  if (blind.length === 0 && more === 0) return {};
  return {
    coverage: {
      asked: comparisons.length + blind.length,
      answered: comparisons.length,
      gaps: blind.map(gapOf),
      ...(more > 0 ? { unseen: [`what runs on ${countText(more, 'more replica')}`] } : {}),
    },
  };
}

function gapOf({ member, reason, fix }: Blind): Coverage['gaps'][number] {
  return {
    check: `statements of ${member}`,
    kind: fix === null ? 'unreliable' : 'skipped',
    reason,
    ...(fix === null ? {} : { fix }),
  };
}

function blindReport(slow: Slow): Report {
  const { target, counting, at } = slow;
  const reasons = listText(
    counting.blind.map(({ reason }) => reason),
    2,
  );
  const headline = `its statements could not be counted: ${reasons || 'no server answered'}`;
  return {
    ...emptyReport({ operation: 'slow', subject: target.name, status: 'unknown', headline, at }),
    ...coverageOf(slow),
    next: [
      { target: target.name, disruptive: false, label: 'What the checks cannot see', operation: 'doctor', args: [] },
    ],
  };
}

/** Other times than the one that was just looked at. */
function nextOf({ name, engine }: TargetName, sinceSeconds: number): Report['next'] {
  const about = { target: name, operation: 'slow', disruptive: false };
  return [
    ...(sinceSeconds === HOUR_SECONDS ? [] : [{ ...about, label: 'Last hour', args: ['since', '1h'] }]),
    ...(sinceSeconds === 7 * 24 * HOUR_SECONDS ? [] : [{ ...about, label: 'Last 7 days', args: ['since', '7d'] }]),
    ...(engine === 'postgres' ? [{ ...about, label: 'By temporary files', args: ['by', 'temp'] }] : []),
  ];
}
