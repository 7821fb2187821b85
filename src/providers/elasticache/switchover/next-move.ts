import { durationText } from '../../../checks/wording.ts';
import type { GivenOrder, GroupJournal, OrderName } from './journal.ts';
import type { GroupSeen } from './seen.ts';

/** How a change of the primary has ended. */
export type GroupEnd = {
  ended: 'switched' | 'rolled-back' | 'needs-a-human';
  why: string | null;
  /** What is left for a person, one sentence each. */
  left: readonly string[];
};

export type GroupMove =
  | { move: 'order'; order: OrderName }
  /** It goes on by itself; asked again later. */
  | { move: 'wait'; for: string }
  | ({ move: 'end' } & GroupEnd);

/** Describe… may be behind by minutes; an order that shows nothing after this has done nothing, or hangs. */
const SHOWS_WITHIN_MS = 5 * 60_000;
/** A promotion later than this after the first order would follow from a look that is too old. */
const PROMOTES_WITHIN_MS = 2 * SHOWS_WITHIN_MS;
/** ElastiCache takes the order to switch automatic failover on, and may leave it off without a word. Then a person is called. */
const SWITCH_ON_TIMES = 3;
/** It is still tried, as seldom as the person is told again. */
const SWITCH_ON_MOST = 8;
/** A "no" that may be over by then. */
const AGAIN_AFTER_MS = 60_000;

/**
 * Pure: what a group needs next, decided from what was written down and what AWS shows (null: it does not answer). Whoever asks
 * writes an order down before it is given, and asks again afterwards; a process that died is followed by another.
 */
export function nextGroupMove(journal: GroupJournal, seen: GroupSeen | null, nowMs: number): GroupMove {
  if (seen === null) return waitOr(journal, nowMs, 'AWS to answer');
  if (/^(deleting|create-failed)$/.test(seen.status)) return human(journal, `${seen.name} is ${seen.status}.`);
  if (seen.status !== 'available' && journal.orders.length === 0)
    return { move: 'end', ended: 'rolled-back', why: `${seen.name} is ${seen.status}: nothing was ordered.`, left: [] };
  if (seen.status !== 'available') return waitOr(journal, nowMs, `${seen.name} to be available (it is ${seen.status})`);
  if (seen.primary === null) return waitOr(journal, nowMs, `AWS to name the primary of ${seen.name}`);
  if (seen.primary === journal.to) return afterPromotion(journal, seen, nowMs);
  if (seen.primary === journal.from) return beforePromotion(journal, seen, nowMs);
  return human(journal, `${seen.primary} is the primary now, and neither ${journal.from} nor ${journal.to}.`);
}

function beforePromotion(journal: GroupJournal, seen: GroupSeen, nowMs: number): GroupMove {
  const why = whyGivenUp(journal, seen, nowMs);
  if (why !== undefined) return takeBack(journal, seen, nowMs, why);
  const [off, promotion] = [lastOf(journal, 'switch-off'), lastOf(journal, 'promote')];
  if (promotion) return { move: 'wait', for: `${journal.to} to be the primary` };
  if (isOff(seen)) return { move: 'order', order: 'promote' };
  if (off) return { move: 'wait', for: `automatic failover of ${seen.name} to be off` };
  return { move: 'order', order: 'switch-off' };
}

function isOff({ automaticFailover, multiZone }: GroupSeen): boolean {
  return automaticFailover === 'disabled' && !multiZone;
}

/** Why nothing more is tried: AWS said no, the order shows nothing, or nobody was there to go on. */
function whyGivenUp(journal: GroupJournal, seen: GroupSeen, nowMs: number): string | undefined {
  if (lastOf(journal, 'switch-on')) return givenUpBefore(journal);
  const last = lastOf(journal, 'promote') ?? lastOf(journal, 'switch-off');
  if (!last) return undefined;
  if (last.refused !== undefined) return last.refused;
  const within = last.order === 'switch-off' && isOff(seen) ? PROMOTES_WITHIN_MS : SHOWS_WITHIN_MS;
  if (nowMs - last.atMs < within) return undefined;
  const time = durationText(within / 1000);
  if (last.order === 'promote') return `ElastiCache has not made ${journal.to} the primary within ${time}.`;
  return isOff(seen)
    ? `${journal.to} was not promoted within ${time}, and what was approved is too old now.`
    : `ElastiCache has not switched automatic failover off within ${time}.`;
}

/** It is being put back already. */
function givenUpBefore(journal: GroupJournal): string {
  const promotion = lastOf(journal, 'promote');
  const last = promotion ?? lastOf(journal, 'switch-off');
  const untold = promotion
    ? `ElastiCache has not made ${journal.to} the primary in time.`
    : `${journal.to} was not promoted in time.`;
  return last?.refused ?? untold;
}

/** The old primary goes on; what was switched off is switched on. */
function takeBack(journal: GroupJournal, seen: GroupSeen, nowMs: number, why: string): GroupMove {
  if (!isPutBack(journal, seen)) return putBack(journal, seen, nowMs);
  // An order that has shown nothing may yet be carried out.
  const isOpen = journal.orders.at(-1)?.order === 'switch-off' && journal.orders.at(-1)?.refused === undefined;
  return { move: 'end', ended: 'rolled-back', why, left: isOpen ? leftFor(journal) : [] };
}

function afterPromotion(journal: GroupJournal, seen: GroupSeen, nowMs: number): GroupMove {
  if (isPutBack(journal, seen)) return { move: 'end', ended: 'switched', why: null, left: [] };
  return putBack(journal, seen, nowMs);
}

/** Pure: whether all is on that was on before. */
export function isPutBack(journal: GroupJournal, { automaticFailover, multiZone }: GroupSeen): boolean {
  return (automaticFailover === 'enabled' || !journal.automaticFailover) && (multiZone || !journal.multiZone);
}

/** Asked for again only when the order before it shows nothing, and then not for ever. */
function putBack(journal: GroupJournal, seen: GroupSeen, nowMs: number): GroupMove {
  const given = journal.orders.filter(({ order }) => order === 'switch-on');
  const last = given.at(-1);
  const sinceMs = nowMs - (last?.atMs ?? -Infinity);
  if (sinceMs < (last?.refused === undefined ? SHOWS_WITHIN_MS : AGAIN_AFTER_MS))
    return { move: 'wait', for: `automatic failover of ${seen.name} to be on` };
  const most = sinceMs < 2 * SHOWS_WITHIN_MS ? SWITCH_ON_TIMES : SWITCH_ON_MOST;
  if (given.length < most) return { move: 'order', order: 'switch-on' };
  const { primary, name, automaticFailover, multiZone } = seen;
  const stands = `automatic failover is still ${automaticFailover}, Multi-AZ is ${multiZone ? 'enabled' : 'disabled'}`;
  return human(journal, `${primary} is the primary of ${name}, but ${stands}${becauseOf(last)}.`);
}

function becauseOf(last: GivenOrder | undefined): string {
  return last?.refused === undefined ? ', though ElastiCache has taken the order' : ` (${last.refused})`;
}

function lastOf({ orders }: GroupJournal, order: OrderName): GivenOrder | undefined {
  return orders.findLast((one) => one.order === order);
}

/** Waits as long as the last order may take twice over; a group that stands still for longer is a person's. */
function waitOr(journal: GroupJournal, nowMs: number, what: string): GroupMove {
  const sinceMs = journal.orders.at(-1)?.atMs ?? nowMs;
  if (nowMs - sinceMs < 2 * SHOWS_WITHIN_MS) return { move: 'wait', for: what };
  return human(journal, `Waited ${durationText((nowMs - sinceMs) / 1000)} for ${what}.`);
}

function human(journal: GroupJournal, why: string): GroupMove {
  return { move: 'end', ended: 'needs-a-human', why, left: leftFor(journal) };
}

/** Pure: said whatever has happened: a group without automatic failover is found by nobody until it is needed. */
export function leftFor({ group, automaticFailover, multiZone, orders }: GroupJournal): string[] {
  const isTouched = orders.some(({ order, refused }) => order === 'switch-off' && refused === undefined);
  const look = `Look who is the primary of ${group}: aws elasticache describe-replication-groups --replication-group-id ${group}`;
  if (!isTouched || !automaticFailover) return [look];
  const zones = multiZone ? ' --multi-az-enabled' : '';
  const on = `aws elasticache modify-replication-group --replication-group-id ${group} --automatic-failover-enabled${zones} --apply-immediately`;
  return [look, `Automatic failover of ${group} was ordered off by this. Where it is not on, switch it on: ${on}`];
}
