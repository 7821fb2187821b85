import { countText, listText } from '../../../checks/wording.ts';
import type { Phase, SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import type { SiblingEnd } from '../siblings/follow.ts';
import type { Beyond } from './proof.ts';
import { awaitedBefore } from './identity.ts';

/** What the old primary did after nothing could be committed on it any more. */
export type Former = Beyond & { witnessWaits: boolean };

/** Of an old primary that was not asked for that: closed, silent, or already a standby of the new one. */
export type Uncounted = 'closed' | 'silent' | 'follows';

/** `wrote`: the new primary acknowledged a commit of ours. */
export type Proof = { timeline: number; forkLsn: string | null; wrote: boolean; former: Former | Uncounted };
/** `siblings`: those of the others that were pointed at the new primary, or why not; the rest was not tried. */
export type Course = {
  phases: readonly Phase[];
  writeGapMilliseconds: number | null;
  others: readonly string[];
  siblings?: readonly SiblingEnd[];
};

const PAGE = 'docs/runbooks/switchover-postgres.md';

/** Pure: everything is as before. */
export function rolledBack(phases: readonly Phase[], why: string, evidence: readonly string[]): SwitchoverResult {
  return { ended: 'rolled-back', why, lost: 'none', phases, writeGapMilliseconds: null, evidence, left: [] };
}

/** Pure: the new server takes the writes. Where more was committed on the old one, a person has to look at it. */
export function switched(order: SwitchoverOrder, proof: Proof, course: Course): SwitchoverResult {
  const { phases, writeGapMilliseconds } = course;
  const followers = (course.siblings ?? []).filter(({ follows }) => follows).map(({ says }) => says);
  const said = { evidence: [...evidenceOf(order, proof), ...followers], left: leftOf(order, proof, course) };
  const silentCommit = `${order.to} is the primary now, and acknowledged no commit of ours: look at its synchronous_standby_names and its disk.`;
  const base = { phases, writeGapMilliseconds, lost: lostOf(proof), ...said };
  if (typeof proof.former === 'object' && proof.former.committed > 0) {
    return { ...base, ended: 'needs-a-human', why: lostWords(order, proof.former) };
  }
  if (!proof.wrote) return { ...base, ended: 'needs-a-human', why: silentCommit };
  const former = formerWords(order, proof);
  const why =
    base.lost === 'none' ? null : `what ${order.from} committed after ${order.to} had branched off was not counted.`;
  return { ...base, ended: 'switched', why, ...(former === undefined ? {} : { former }) };
}

/** Pure: whether the other standbys may be pointed at the new primary: not while somebody has to look at what the old one committed. */
export function maySiblingsFollow({ wrote, former }: Proof): boolean {
  return wrote && (typeof former === 'string' || former.committed === 0);
}

/** Only a count of what the old primary committed, and of nothing, says that nothing is lost. */
function lostOf({ former }: Proof): SwitchoverResult['lost'] {
  return typeof former === 'object' && former.committed === 0 ? 'none' : 'unknown';
}

function formerWords({ from }: SwitchoverOrder, { former }: Proof): string | undefined {
  if (former === 'follows') return undefined;
  if (former === 'silent') return `${from} does not answer, and nobody knows what it takes`;
  return `${from} takes none and follows nobody yet`;
}

function lostWords({ from, to }: SwitchoverOrder, { committed, housekeeping }: Former): string {
  const many = `${countText(committed, 'transaction')} ${committed === 1 ? 'was' : 'were'}`;
  const who =
    housekeeping > 0
      ? 'likely by autovacuum, which is at work there'
      : 'by sessions that wait for no standby (synchronous_commit off or local) or by autovacuum';
  return `${to} takes the writes, but ${many} committed on ${from} after ${to} had branched off, ${who}. Do not rewind ${from} before somebody has looked.`;
}

function evidenceOf({ from, to, identity }: SwitchoverOrder, { timeline, forkLsn, wrote, former }: Proof): string[] {
  const branch = forkLsn === null ? '' : `, which left timeline ${identity['timeline']} at ${forkLsn}`;
  const first = `${to} ${wrote ? 'took a write' : 'is out of recovery'} on timeline ${timeline}${branch}.`;
  if (former === 'follows') return [first, `${from} is a standby.`];
  if (former === 'closed') return [first, `${from} refuses writes and acknowledges no commit.`];
  if (former === 'silent') return [first, `${from} does not answer.`];
  const nothing = `${from} has committed nothing after that; its log of writes ends at ${former.lsn}.`;
  const waits = `A commit that was sent to ${from} while it held its writes still waits there: it acknowledged none after it.`;
  return [
    first,
    ...(former.committed === 0 && former.unanswered === 0 ? [nothing] : []),
    ...(former.unanswered > 0 ? [unansweredWords(from, former)] : []),
    ...(former.witnessWaits ? [waits] : []),
  ];
}

function unansweredWords(from: string, { unanswered }: Former): string {
  const were = unanswered === 1 ? 'was' : 'were';
  return `${countText(unanswered, 'commit')} on ${from} hung until the session was ended, and ${were} acknowledged to nobody: ${unanswered === 1 ? 'it is' : 'they are'} on ${from} alone.`;
}

/** A standby that has replayed what the new primary has not cannot follow it. */
function othersWords({ to, identity }: SwitchoverOrder, forkLsn: string | null, others: readonly string[]): string {
  const fork = forkLsn ?? `the end of timeline ${identity['timeline']} in the timeline history of ${to}`;
  return `Compare the replay position of ${listText(others)} (pg_last_wal_replay_lsn()) with ${fork}: what is ahead of it has to be rewound or copied anew, the rest pointed at ${to} (primary_conninfo; ${PAGE}).`;
}

function waitsForNobody({ from, to }: SwitchoverOrder, names: string): string {
  return `${to} waits for nobody: what it acknowledges is on it alone. Once a standby follows it, set synchronous_standby_names there; on ${from} it was '${names}'.`;
}

/** Of all that were not pointed, each with its reason, or together. */
function othersLeft(order: SwitchoverOrder, forkLsn: string | null, { others, siblings = [] }: Course): string[] {
  const untried = others.filter((name) => !siblings.some(({ member }) => member === name));
  return [
    ...siblings.filter(({ follows }) => !follows).map(({ says }) => says),
    ...(untried.length > 0 ? [othersWords(order, forkLsn, untried)] : []),
  ];
}

function leftOf(order: SwitchoverOrder, { former, forkLsn }: Proof, course: Course): string[] {
  const { from, to } = order;
  const names = awaitedBefore(order);
  const silent = `${from} does not answer: make sure that it does not come back as a primary.`;
  const isAlone = !(course.siblings ?? []).some(({ follows }) => follows);
  const alone = `${isAlone ? `Nobody follows ${to}` : `${from} does not follow ${to}`}: on the host of ${from} stop the server and make it a standby of ${to} (${PAGE}).`;
  return [
    ...(former === 'silent' ? [silent] : []),
    ...(former === 'follows' ? [] : [alone]),
    ...othersLeft(order, forkLsn, course),
    ...(names === '' ? [] : [waitsForNobody(order, names)]),
  ];
}
