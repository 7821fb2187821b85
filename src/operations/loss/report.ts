import { bytesText, countText } from '../../checks/wording.ts';
import { emptyReport, type Item, type Report, type Status } from '../../core/report.ts';
import type { Change, Former, LossLook } from './look.ts';

type About = { target: string; at: string };

/** Pure: what the servers that were left behind have, and nobody else. */
export function lossReport({ target, at }: About, { current, formers, unknown }: LossLook): Report {
  const about = { operation: 'loss', subject: target, at };
  return {
    ...emptyReport({
      ...about,
      status: statusOf(formers, unknown.length),
      headline: headlineOf(current?.member, formers, unknown.length),
    }),
    facts: current
      ? [{ label: 'On the newest timeline', value: `${current.member} (timeline ${current.timeline})` }]
      : [],
    items: formers.map((former) => itemOf(former)),
    text: unknown.map(({ member, reason }) => `${member} was not compared: ${reason}.`),
    next: [{ label: 'Show health', operation: 'health', target, args: [], disruptive: false }],
  };
}

function statusOf(formers: readonly Former[], unknown: number): Status {
  if (formers.some((former) => commitsOf(former) !== 0)) return 'critical';
  return formers.length > 0 ? 'warning' : unknown > 0 ? 'unknown' : 'healthy';
}

function headlineOf(current: string | undefined, formers: readonly Former[], unknown: number): string {
  if (current === undefined) return 'no server answers: nothing can be compared';
  const known = formers.flatMap((former) => commitsOf(former) ?? []);
  const commits = known.reduce((sum, one) => sum + one, 0);
  const names = formers.map(({ member }) => member).join(', ');
  if (formers.length > known.length) return `${names} has writes that ${current} has not; what they are cannot be read`;
  if (commits > 0) return `${countText(commits, 'commit')} on ${names} and not on ${current}`;
  if (formers.length > 0) return `${names} left the timeline of ${current}, without a commit that changed a table`;
  return unknown > 0
    ? `no server that answers has a commit that ${current} has not; ${countText(unknown, 'server')} could not be compared`
    : `no server has a commit that ${current} has not`;
}

/** Commits that changed tables; undefined where nobody could read. */
function commitsOf({ changes }: Former): number | undefined {
  return 'unread' in changes ? undefined : (changes.find(({ what }) => what === 'commit')?.changes ?? 0);
}

function itemOf({ member, timeline, forkLsn, bytes, changes }: Former): Item {
  const where = `${member} stayed on timeline ${timeline}, which was left at ${forkLsn}; ${bytesText(bytes)} of its log of writes are only there.`;
  if ('unread' in changes) {
    const fix = changes.fix === null ? '' : ` For the next time: ${changes.fix}.`;
    return {
      text: `${where} They cannot be read: ${changes.unread}.${fix} Keep the server as it is.`,
      lines: [],
      next: [],
    };
  }
  return { text: `${where} ${wordsOf(changes)}`, lines: linesOf(changes), next: [] };
}

function wordsOf(changes: readonly Change[]): string {
  const commit = changes.find(({ what }) => what === 'commit');
  if (!commit) return 'No commit in them changed a table.';
  const span = `${timeText(commit.firstAt)} to ${timeText(commit.lastAt)}`;
  return `Exactly ${countText(commit.changes, 'commit')}, ${span}; the last ones may not have been acknowledged to their clients. Save what you need before this server is rewound or made anew: that deletes the only copy.`;
}

/** `public.orders: 12 inserts, 3 updates`, the most changed first. */
function linesOf(changes: readonly Change[]): string[] {
  const byRelation = Map.groupBy(
    changes.filter(({ relation }) => relation !== null),
    ({ relation }) => relation,
  );
  return [...byRelation].map(
    ([relation, some]) => `${relation}: ${some.map(({ what, changes: count }) => countText(count, what)).join(', ')}`,
  );
}

function timeText(at: string | null): string {
  return at === null ? 'an unknown time' : `${at.slice(0, 19)} UTC`;
}
