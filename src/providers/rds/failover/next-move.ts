import { durationText } from '../../../checks/wording.ts';
import { verdictOn, whyNotNow } from '../switchover/status.ts';
import { lastOf, type OrderName, type PromotionJournal } from './promotion-journal.ts';
import { areInForce, type Group } from './quarantine.ts';

/** Both instances as AWS shows them, which may lag behind. An instance is null where AWS knows it no more. */
export type PromotionSeen = {
  /** `alive`: why the old primary is alive after all, as a sentence. */
  from: { status: string; groups: readonly Group[]; alive: string | null } | null;
  /** `failed`: what AWS tells of a failure, as a sentence. */
  to: { status: string; source: string | null; failed: string | null } | null;
};

/** `order`: give this order, once; `why` where it takes something back. `fenced`: AWS shows that the quarantine is in force. */
export type PromotionMove =
  | { move: 'order'; order: OrderName; why?: string }
  | { move: 'wait'; for: string }
  | { move: 'end'; ended: 'failed-over' | 'not-done' | 'needs-a-human'; why: string | null; fenced: boolean };

/** Security groups come into force within half a minute or so. */
const FENCES_WITHIN_MS = 300_000;
/** What was ordered shows within this. */
const SHOWS_WITHIN_MS = 60_000;
/** What was looked at is too old after this: nothing is promoted any more. */
const PROMOTES_WITHIN_MS = 600_000;
/** "Several minutes or longer": https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html */
const PROMOTED_WITHIN_MS = 1_800_000;
/** AWS says nothing for so long. */
const SILENT_MS = 600_000;
/** An order to take the quarantine back that shows nothing is given once more. */
const RELEASES_MOST = 2;

/** It takes writes while its first backup is made. */
const TAKES_WRITES = new Set(['available', 'backing-up', 'storage-optimization', 'configuring-enhanced-monitoring']);

/** Pure: what is to be done next. `seen` null: AWS does not answer. A promotion is ordered once, whatever becomes of it. */
export function nextPromotionMove(journal: PromotionJournal, seen: PromotionSeen | null, nowMs: number): PromotionMove {
  const promotion = lastOf(journal, 'promote');
  const isOrdered = promotion !== undefined && promotion.refused === undefined;
  if (seen === null) return waitOr(journal, nowMs, SILENT_MS, 'AWS to answer');
  if (isOrdered) return afterPromotion(journal, seen, nowMs);
  if (seen.to?.source !== journal.from) return human(seen, journal, otherSource(journal, seen));
  const why = promotion?.refused ?? whyGivenUp(journal, seen, nowMs);
  return why === undefined ? beforePromotion(journal, seen, nowMs) : release(journal, seen, nowMs, why);
}

function otherSource({ to, from }: PromotionJournal, { to: seen }: PromotionSeen): string {
  if (seen === null) return `AWS knows no ${to} any more.`;
  if (seen.source === null) return `${to} reads from no other any more: somebody else has promoted it.`;
  return `${to} reads from ${seen.source}, and not from ${from}.`;
}

/** Why nothing is promoted any more: the old primary is alive, it could not be closed, or nobody was there to go on. */
function whyGivenUp(journal: PromotionJournal, { from }: PromotionSeen, nowMs: number): string | undefined {
  const closing = lastOf(journal, 'quarantine');
  const taken = lastOf(journal, 'release');
  if (taken) return taken.why ?? `${journal.to} was not promoted.`;
  if (from?.alive) return `${journal.from} is alive. ${from.alive}`;
  if (!closing) return undefined;
  if (closing.refused !== undefined) return journal.mayGoUnfenced ? undefined : closing.refused;
  const sinceMs = nowMs - closing.atMs;
  if (sinceMs >= PROMOTES_WITHIN_MS)
    return `${journal.to} was not promoted within ${durationText(PROMOTES_WITHIN_MS / 1000)}, and what was approved is too old now.`;
  if (journal.mayGoUnfenced || isFenced(journal, from) || sinceMs < FENCES_WITHIN_MS) return undefined;
  return `AWS has not put ${journal.from} into ${journal.quarantine} within ${durationText(FENCES_WITHIN_MS / 1000)}.`;
}

function beforePromotion(journal: PromotionJournal, { from }: PromotionSeen, nowMs: number): PromotionMove {
  const closing = lastOf(journal, 'quarantine');
  if (journal.quarantine === null || isFenced(journal, from)) return { move: 'order', order: 'promote' };
  if (!closing) return { move: 'order', order: 'quarantine' };
  // Refused or late: it would have been given up, had nobody accepted that.
  if (closing.refused !== undefined || nowMs - closing.atMs >= FENCES_WITHIN_MS)
    return { move: 'order', order: 'promote' };
  return { move: 'wait', for: `${journal.from} to be in ${journal.quarantine} alone` };
}

function isFenced({ quarantine }: PromotionJournal, from: PromotionSeen['from']): boolean {
  return quarantine !== null && from !== null && areInForce(from.groups, [quarantine]);
}

/** Nothing is promoted: whoever could reach the old primary before has to reach it again. */
function release(journal: PromotionJournal, seen: PromotionSeen, nowMs: number, why: string): PromotionMove {
  const closing = lastOf(journal, 'quarantine');
  const isAsBefore = seen.from !== null && areInForce(seen.from.groups, journal.groups);
  if (!closing || closing.refused !== undefined) return { move: 'end', ended: 'not-done', why, fenced: false };
  const given = journal.orders.filter(({ order }) => order === 'release');
  const last = given.at(-1);
  if (last && isAsBefore && nowMs - last.atMs >= SHOWS_WITHIN_MS)
    return { move: 'end', ended: 'not-done', why, fenced: false };
  const isWaiting = last !== undefined && nowMs - last.atMs < FENCES_WITHIN_MS;
  if (isWaiting && last.refused === undefined)
    return { move: 'wait', for: `${journal.from} to have its security groups again` };
  if (given.length < RELEASES_MOST) return { move: 'order', order: 'release', why };
  return human(seen, journal, `${why} And ${journal.from} does not have its security groups again.`);
}

function afterPromotion(journal: PromotionJournal, seen: PromotionSeen, nowMs: number): PromotionMove {
  const { to } = seen;
  if (to === null) return human(seen, journal, `AWS knows no ${journal.to} any more.`);
  if (to.source === null && TAKES_WRITES.has(to.status))
    return { move: 'end', ended: 'failed-over', why: null, fenced: isFenced(journal, seen.from) };
  if (to.failed !== null) return human(seen, journal, `The promotion of ${journal.to} failed. ${to.failed}`);
  if (verdictOn(to.status) === 'stop') return human(seen, journal, whyNotNow(journal.to, to.status));
  const reads = to.source === null ? 'reads from no other any more' : `reads from ${to.source}`;
  return waitOr(journal, nowMs, PROMOTED_WITHIN_MS, `${journal.to} to be promoted (it ${reads} and is ${to.status})`);
}

function waitOr(journal: PromotionJournal, nowMs: number, mostMs: number, what: string): PromotionMove {
  const sinceMs = nowMs - (journal.orders.at(-1)?.atMs ?? nowMs);
  if (sinceMs < mostMs) return { move: 'wait', for: what };
  return {
    move: 'end',
    ended: 'needs-a-human',
    why: `Waited ${durationText(sinceMs / 1000)} for ${what}.`,
    fenced: false,
  };
}

function human({ from }: PromotionSeen, journal: PromotionJournal, why: string): PromotionMove {
  return { move: 'end', ended: 'needs-a-human', why, fenced: isFenced(journal, from) };
}
