import { severities, type Finding } from '../../core/finding.ts';
import { means, type Mute, type OpenWindow, type OwnAct, type Quiet } from '../../core/quiet.ts';
import type { HeldFinding } from '../../core/report.ts';
import { shortRun } from '../../core/run.ts';

/** Why a finding is held back, or what a reader should know of it where it is told. */
export type Hold = HeldFinding['held'];

/** A finding as the rules of silence see it. */
export type Met = {
  finding: Finding;
  /** ISO time when it was first seen. */
  since: string;
  /** True where a notification told of it already. */
  told: boolean;
  /** False where it was not seen often enough in a row yet. */
  confirmed: boolean;
};

/** Pure: the mute that covers a finding now. One that covered less than the finding has become does not. */
export function muteOf(finding: Finding, mutes: readonly Mute[], at: string): Mute | undefined {
  return mutes.find((mute) => mute.until > at && means(mute.what, finding.key) && covers(mute, finding));
}

/** Pure: the mute that a finding has outgrown. */
export function outgrown(finding: Finding, mutes: readonly Mute[], at: string): Mute | undefined {
  return mutes.find((mute) => mute.until > at && means(mute.what, finding.key) && !covers(mute, finding));
}

/** Pure: the mute that ended between the last report and this one. */
export function endedSince(finding: Finding, mutes: readonly Mute[], last: string | undefined, at: string) {
  if (last === undefined) return undefined;
  return mutes.find((mute) => mute.until > last && mute.until <= at && means(mute.what, finding.key));
}

function covers(mute: Mute, finding: Finding): boolean {
  return severities.indexOf(finding.severity) >= severities.indexOf(mute.upTo);
}

/** Pure: the open window in which a finding is expected. A critical one is so only where it is named. */
export function windowOf(finding: Finding, windows: readonly OpenWindow[]): OpenWindow | undefined {
  return windows.find(({ expects }) => {
    const named = expects.some((what) => means(what, finding.key));
    return named || (expects.length === 0 && finding.severity !== 'critical');
  });
}

/**
 * What a run of ours can bring about, by its operation: a session that ends is rolled back, and its application connects anew. A
 * standby that hangs meanwhile is news. Of an operation that is not here everything may come.
 */
const EFFECTS: { readonly [operation: string]: readonly string[] } = {
  cancel: ['postgres.deadlocks', 'postgres.temp-files', 'postgres.autovacuum', 'postgres.table-bloat'],
  end: [
    'postgres.deadlocks',
    'postgres.connections',
    'postgres.role-limits',
    'postgres.temp-files',
    'postgres.autovacuum',
    'postgres.table-bloat',
    'redis.clients',
    'redis.client-leaks',
  ],
};

/** Pure: the run of ours that may have brought a finding about, where it was not there before. */
export function actBefore({ finding, since, told }: Met, acts: readonly OwnAct[]): OwnAct | undefined {
  if (told) return undefined;
  const able = acts.filter(({ at, operation }) => {
    const effects = EFFECTS[operation];
    return at <= since && (!effects || effects.some((what) => means(what, finding.key)));
  });
  return able.toSorted((a, b) => (a.at < b.at ? 1 : -1))[0];
}

/**
 * Pure: why a notification does not tell of a finding, or undefined. What a run of ours made critical is told all the same:
 * whoever acted must hear of it.
 */
export function holdOf(met: Met, { mutes, windows, acts }: Quiet, at: string, notifies: boolean): Hold | undefined {
  const mute = muteOf(met.finding, mutes, at);
  if (mute) return { by: 'mute', words: muteWords(mute) };
  // What is only worth knowing wakes nobody.
  if (!notifies || met.finding.severity === 'info') return undefined;
  const window = windowOf(met.finding, windows);
  if (window) return { by: 'window', words: windowWords(window) };
  const act = actBefore(met, acts);
  if (act && met.finding.severity !== 'critical') return { by: 'run', words: actWords(act) };
  return met.confirmed ? undefined : { by: 'unconfirmed', words: 'seen too seldom in a row' };
}

/** Pure: what to say beside a finding that is told. */
export function marksOf(met: Met, { mutes, windows, acts }: Quiet, last: string | undefined, at: string): string[] {
  const { finding } = met;
  const window = windowOf(finding, windows);
  const act = actBefore(met, acts);
  const over = outgrown(finding, mutes, at);
  const ended = over ? undefined : endedSince(finding, mutes, last, at);
  return [
    ...(met.confirmed ? [] : ['not yet confirmed']),
    ...(window ? [`expected ${windowWords(window)}`] : []),
    ...(act ? [actWords(act)] : []),
    ...(over ? [`the mute by ${over.by} covered ${over.upTo} and has ended: ${over.reason}`] : []),
    ...(ended ? [`the mute by ${ended.by} has ended: ${ended.reason}`] : []),
  ];
}

/** `until 2026-11-24 04:00 UTC by ana: known batch`. */
export function muteWords({ until, by, reason }: Mute): string {
  return `until ${minute(until)} by ${by}: ${reason}`;
}

/** `in the window deploys until 2026-11-24 04:00 UTC`. */
export function windowWords({ name, until }: OpenWindow): string {
  return `in the window ${name} until ${minute(until)}`;
}

/** `after run end-05ed3501 of 03:12 UTC`. */
function actWords({ runId, at }: OwnAct): string {
  return `after run ${shortRun(runId)} of ${at.slice(11, 16)} UTC`;
}

function minute(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
