import { countText, durationText, listText, percentText } from '../../checks/wording.ts';
import { emptyReport, type Item, type Report } from '../../core/report.ts';
import type { LogGroup } from './excerpt.ts';
import { logKinds, type LogKind } from './kinds.ts';
import { foldRestarts } from './restarts.ts';
import type { AskedLog, LogLook, LogSeen } from './look.ts';

const MOST_ITEMS = 12;
const MOST_KINDS = 4;
/** Each of these happens once, however many lines tell of it. */
const TOLD_IN_LINES: readonly LogKind[] = ['crash', 'restart'];

type MemberGroup = LogGroup & { member: string };

/** Pure: what the logs of a target tell, in words. */
export function logReport(target: string, look: LogLook, asked: AskedLog, at: string): Report {
  const seen = look.members.flatMap(({ member, seen: one }) => ('sample' in one ? [{ member, ...one.sample }] : []));
  const groups = foldRestarts(
    seen.flatMap(({ member, groups: own }) => own.map((group) => ({ ...group, member }))),
  ).toSorted((a, b) => logKinds.indexOf(a.kind) - logKinds.indexOf(b.kind) || b.count - a.count);
  const several = look.members.length + look.unreached.length > 1;
  return {
    ...emptyReport({
      operation: 'log',
      subject: target,
      status: seen.length === 0 ? 'unknown' : 'info',
      headline: headlineOf(groups, seen, asked),
      at,
    }),
    items: groups.slice(0, MOST_ITEMS).map((group) => itemOf(group, several, at)),
    text: [...unreadOf(look), ...notesOf(seen, asked), ...moreOf(groups, seen)],
    next: [{ label: 'Look again', operation: 'log', target, args: [], disruptive: false }],
  };
}

type MemberSeen = LogSeen & { member: string };

function headlineOf(groups: readonly MemberGroup[], seen: readonly MemberSeen[], asked: AskedLog): string {
  if (seen.length === 0) return 'the log could not be read';
  const period = `since ${clockText(asked.from, asked.until)} UTC`;
  const where = `in the log of ${listText(
    seen.map(({ member }) => member),
    3,
  )} ${period}`;
  const kinds = countKinds(groups);
  if (kinds.length > 0) {
    const told = kinds.slice(0, MOST_KINDS).map(([kind, count]) => `${kind} × ${count.toLocaleString('en-US')}`);
    const more = kinds.length > MOST_KINDS ? ` and ${countText(kinds.length - MOST_KINDS, 'more kind')}` : '';
    return `${told.join(', ')}${more} ${where}`;
  }
  const entries = seen.reduce((sum, one) => sum + one.entries, 0);
  return entries === 0 ? `no entry ${where}` : `nothing out of the ordinary ${where}`;
}

function countKinds(groups: readonly MemberGroup[]): [LogKind, number][] {
  const counts = new Map<LogKind, number>();
  for (const { kind, count } of groups) {
    const before = counts.get(kind) ?? 0;
    counts.set(kind, TOLD_IN_LINES.includes(kind) ? Math.max(before, count) : before + count);
  }
  return [...counts];
}

function itemOf(
  { kind, member, message, count, first, last, who, statement }: MemberGroup,
  several: boolean,
  at: string,
): Item {
  const times =
    first === null || last === null
      ? ''
      : first === last
        ? `, at ${clockText(first, at)} UTC`
        : `, ${clockText(first, at)} to ${clockText(last, at)} UTC`;
  const by = who.length === 0 ? '' : ` · ${listText(who, 3)}`;
  const on = several ? ` on ${member}` : '';
  return {
    text: `${kind}${on}: ${message} · ${isOnce(kind, count) && times !== '' ? times.slice(2) : `${count.toLocaleString('en-US')} ×${times}`}${by}`,
    lines: statement === null ? [] : [statement],
    next: [],
  };
}

/** A restart says itself how often. */
function isOnce(kind: LogKind, count: number): boolean {
  return count === 1 || kind === 'restart';
}

/** `02:03:04`, with the day where it is another one than that of `at`. */
function clockText(iso: string, at: string): string {
  const clock = iso.slice(11, 19);
  return iso.slice(0, 10) === at.slice(0, 10) ? clock : `${iso.slice(0, 10)} ${clock}`;
}

/** One line for each member without a log, with what would mend it. */
function unreadOf({ members, unreached }: LogLook): string[] {
  const unread = members.flatMap(({ member, seen }) => {
    if ('skipped' in seen) return [`No log of ${member}: ${seen.skipped}. Fix: ${seen.fix}`];
    return 'unreliable' in seen ? [`No log of ${member}: ${seen.unreliable}.`] : [];
  });
  const silent = unreached.map(
    ({ member, reason, next }) => `No log of ${member}: ${reason}.${next ? ` ${next}` : ''}`,
  );
  return [...unread, ...silent];
}

/** What limits the excerpt: a part of the time, another language, lines that nobody could read. */
function notesOf(seen: readonly MemberSeen[], asked: AskedLog): string[] {
  return seen.flatMap(({ member, foreign, entries, unreadLines, ...one }) => [
    ...partlyRead(member, one, asked),
    ...(foreign > 0
      ? [
          `${countText(foreign, 'message')} of ${member} are in another language than English: set lc_messages = 'C' to have them understood.`,
        ]
      : []),
    ...(entries === 0 && unreadLines > 0
      ? [
          `None of ${countText(unreadLines, 'line')} of ${member} begins with its log_line_prefix: the log was written by other settings.`,
        ]
      : []),
  ]);
}

function partlyRead(
  member: string,
  { from, until, why }: Pick<LogSeen, 'from' | 'until' | 'why'>,
  asked: AskedLog,
): string[] {
  if (why === null) return [];
  const wantedMs = Math.max(1, Math.min(Date.parse(asked.until), Date.parse(until)) - Date.parse(asked.from));
  const seconds = Math.max(0, Date.parse(until) - Math.max(Date.parse(from), Date.parse(asked.from))) / 1000;
  const share = Math.min(1, (seconds * 1000) / wantedMs);
  return [`The log of ${member} covers ${percentText(share)} of the period (${durationText(seconds)}): ${why}.`];
}

function moreOf(groups: readonly MemberGroup[], seen: readonly MemberSeen[]): string[] {
  const more = Math.max(0, groups.length - MOST_ITEMS) + seen.reduce((sum, one) => sum + one.moreGroups, 0);
  return more === 0 ? [] : [`${countText(more, 'further kind')} of messages left out.`];
}
