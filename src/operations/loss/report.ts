import { bytesText, countText } from '../../checks/wording.ts';
import { emptyReport, type Item, type Report, type Status } from '../../core/report.ts';
import type { Change, Former, LossLook } from './look.ts';

type About = { target: string; at: string };

/** Pure: what the servers that were left behind have, and nobody else. */
export function lossReport({ target, at }: About, look: LossLook): Report {
  const { current, formers, rivals, unknown } = look;
  return {
    ...emptyReport({ operation: 'loss', subject: target, at, status: statusOf(look), headline: headlineOf(look) }),
    facts: current
      ? [{ label: 'On the newest timeline', value: `${current.member} (timeline ${current.timeline})` }]
      : [],
    items: formers.map((former) => itemOf(former)),
    text: [
      ...rivals.map((sentence) => `${sentence}.`),
      ...unknown.map(({ member, reason }) => `${member} was not compared: ${reason}.`),
    ],
    next: [{ label: 'Show health', operation: 'health', target, args: [], disruptive: false }],
  };
}

function statusOf({ formers, rivals, unknown }: LossLook): Status {
  if (rivals.length > 0 || formers.some((former) => !isHarmless(former))) return 'critical';
  return formers.length > 0 ? 'warning' : unknown.length > 0 ? 'unknown' : 'healthy';
}

/** All that is only there could be read, and nobody's work is in it. */
function isHarmless(former: Former): boolean {
  const lost = lostBy(former);
  return lost !== undefined && lost.commits + lost.definitions === 0 && former.unreplayedBytes === 0;
}

type Lost = { commits: number; definitions: number };

/** Commits that changed rows, and those that only changed definitions; undefined where nobody could read. */
function lostBy({ changes }: Former): Lost | undefined {
  if ('unread' in changes) return undefined;
  const of = (wanted: string) => changes.find(({ what, relation }) => relation === null && what === wanted)?.changes;
  return { commits: of('commit') ?? 0, definitions: of('definition') ?? 0 };
}

function headlineOf({ current, formers, rivals, unknown }: LossLook): string {
  if (current === null) return 'no server answers: nothing can be compared';
  const { member } = current;
  if (rivals.length > 0) return `two servers have histories of their own on timeline ${current.timeline}`;
  const names = formers.map((former) => former.member).join(', ');
  const lost = formers.map((former) => lostBy(former));
  if (lost.includes(undefined)) return `${names} has writes that ${member} has not; what they are cannot be read`;
  const sum = (wanted: keyof Lost) => lost.reduce((total, one) => total + (one?.[wanted] ?? 0), 0);
  const parts = [
    ...(sum('commits') > 0 ? [countText(sum('commits'), 'commit')] : []),
    ...(sum('definitions') > 0 ? [`${countText(sum('definitions'), 'commit')} of definitions alone`] : []),
  ];
  if (parts.length > 0) return `${parts.join(' and ')} on ${names} and not on ${member}`;
  if (formers.some(({ unreplayedBytes }) => unreplayedBytes > 0))
    return `${names} has received what ${member} has not, and has not replayed it`;
  if (formers.length > 0) return `${names} left the timeline of ${member}, without a commit of anybody`;
  return unknown.length > 0
    ? `no server that answers has a commit that ${member} has not; ${countText(unknown.length, 'server')} could not be compared`
    : `no server has a commit that ${member} has not`;
}

function itemOf(former: Former): Item {
  const { member, timeline, forkLsn, bytes, unreplayedBytes, changes } = former;
  const where = `${member} stayed on timeline ${timeline}, which was left at ${forkLsn}; ${bytesText(bytes)} of its log of writes are only there.`;
  if ('unread' in changes) {
    const fix = changes.fix === null ? '' : ` For the next time: ${changes.fix}.`;
    const text = `${where} They cannot be read: ${changes.unread}.${fix} Keep the server as it is.`;
    return { text, lines: [], next: [] };
  }
  const open = unreplayedBytes > 0 ? ` ${bytesText(unreplayedBytes)} of it are not replayed, and not counted.` : '';
  return { text: `${where} ${wordsOf(former, changes)}${open}`, lines: linesOf(changes), next: [] };
}

const SAVE =
  'Save what you need before this server is rewound or made anew: that deletes the only copy. The last commits may not have been acknowledged to their clients.';

function wordsOf(former: Former, changes: readonly Change[]): string {
  if (isHarmless(former)) return 'No commit in them is of anybody but the server itself.';
  const counts = changes.filter(({ what, relation }) => relation === null && what !== 'upkeep');
  const told = counts.map(({ what, changes: count, firstAt, lastAt }) => {
    const kind = what === 'definition' ? ' that changed definitions or rights alone, or emptied a table' : '';
    return `${countText(count, 'commit')}${kind}, ${timeText(firstAt)} to ${timeText(lastAt)}`;
  });
  return told.length === 0 ? SAVE : `Exactly ${told.join('; ')}. ${SAVE}`;
}

/** `public.orders: 12 inserts, 3 updates`, the most changed first. */
function linesOf(changes: readonly Change[]): string[] {
  const rows = changes.filter(({ relation }) => relation !== null);
  const byRelation = Map.groupBy(rows, ({ relation }) => relation);
  const lines = [...byRelation].map(
    ([relation, some]) => `${relation}: ${some.map(({ what, changes: count }) => countText(count, what)).join(', ')}`,
  );
  return changes.length < MOST_CHANGES ? lines : [...lines, 'and more, less changed ones'];
}

/** As many as are asked for. */
const MOST_CHANGES = 100;

function timeText(at: string | null): string {
  return at === null ? 'an unknown time' : `${at.slice(0, 19)} UTC`;
}
