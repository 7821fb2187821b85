import type { Grant } from '../core/plan.ts';
import type { BrokenGlass, Refusal } from '../core/safety.ts';
import { grantOf, type ApprovalRecord } from './approval-record.ts';
import { utcTime } from './utc-time.ts';

/** The answer, and the record to keep where the answer changes it. */
export type Ruling<A> = { answer: A | Refusal; keep?: ApprovalRecord };
export type Yes = { granted: Grant } | { waiting: number };

/** Counts one person's yes. */
export function ruleOnYes(
  record: ApprovalRecord | undefined,
  planHash: string,
  person: string,
  nowMs: number,
): Ruling<Yes> {
  const open = whyNotOpen(record, planHash, nowMs);
  if (record === undefined || open !== undefined) return no(open);
  if (record.rule.by === 'policy') return no('The policy decides on this plan; nobody is asked to approve it.');
  const { count } = record.rule;
  if (count >= 2 && person === record.proposer)
    return no(`This plan needs ${count} people other than the one who asked for it, and that is you.`);
  const missing = count - Object.keys(record.approvals).length;
  if (record.approvals[person] !== undefined) return no(`Your approval counts already; ${morePeople(missing)}.`);
  const approvals = { ...record.approvals, [person]: nowMs };
  if (missing > 1) return { answer: { waiting: missing - 1 }, keep: { ...record, approvals } };
  const keep: ApprovalRecord = { ...record, approvals, status: 'granted' };
  return { answer: { granted: grantOf(keep) }, keep };
}

/** Takes one person's no, which is final. The person who asked may say it too. */
export function ruleOnNo(
  record: ApprovalRecord | undefined,
  planHash: string,
  person: string,
  nowMs: number,
): Ruling<{ refusedBy: string }> {
  const open = whyNotOpen(record, planHash, nowMs);
  if (record === undefined || open !== undefined) return no(open);
  const keep: ApprovalRecord = { ...record, status: 'refused', refusal: { by: person, atMs: nowMs } };
  return { answer: { refusedBy: person }, keep };
}

/** Whether a step used the grant; where it did not, it never can any more. */
export function ruleOnBegun(
  record: ApprovalRecord | undefined,
  step: string,
  nowMs: number,
): Ruling<{ begun: false } | { begun: true; at: string }> {
  if (record === undefined) return no(undefined);
  const usedMs = record.used[step];
  if (usedMs !== undefined) return { answer: { begun: true, at: new Date(usedMs).toISOString() } };
  if (record.givenUp?.[step] !== undefined) return { answer: { begun: false } };
  return { answer: { begun: false }, keep: { ...record, givenUp: { ...record.givenUp, [step]: nowMs } } };
}

/** Grants a plan that needs several people on the word of one, where the config lets them: the emergency rule. */
export function ruleOnBreakGlass(
  record: ApprovalRecord | undefined,
  { by, reason }: BrokenGlass,
  nowMs: number,
): Ruling<{ granted: Grant }> {
  const open = whyNotOpen(record, record?.planHash ?? '', nowMs);
  if (record === undefined || open !== undefined) return no(open);
  const { rule } = record;
  if (rule.by === 'policy' || rule.count < 2) return no('This plan does not need a second person: approve it.');
  if (!rule.breakGlass)
    return no('The config lets nobody break the glass here (approvals.breakGlass); the plan needs its approvals.');
  const approvals = { ...record.approvals, [by]: nowMs };
  const keep: ApprovalRecord = { ...record, approvals, status: 'granted', brokenGlass: { by, reason, atMs: nowMs } };
  return { answer: { granted: grantOf(keep) }, keep };
}

/** Takes a granted plan back too, as long as no step has used the grant: what has begun ends or rolls back by itself. */
export function ruleOnAbort(
  record: ApprovalRecord | undefined,
  person: string,
  nowMs: number,
): Ruling<{ aborted: true }> {
  if (record === undefined)
    return no('This run has no plan, and nothing was stopped: ask again when the plan is there, or freeze the target.');
  if (record.status === 'refused') return no(refusedAlready(record));
  const [begunMs] = Object.values(record.used).toSorted((a, b) => a - b);
  if (begunMs !== undefined)
    return no(
      `It began to act at ${utcTime(begunMs)} and cannot be stopped half-way: it ends or rolls back by itself.`,
    );
  const keep: ApprovalRecord = { ...record, status: 'refused', refusal: { by: person, atMs: nowMs } };
  return { answer: { aborted: true }, keep };
}

/** Grants where the config asks nobody. Repeatable, because the step of the run that asks for it may be repeated. */
export function ruleOnPolicy(
  record: ApprovalRecord | undefined,
  planHash: string,
  nowMs: number,
): Ruling<{ granted: Grant }> {
  if (record?.rule.by === 'people')
    return no(`The policy cannot grant this plan: the config asks ${people(record.rule.count)}.`);
  if (record?.status === 'granted' && record.planHash === planHash) return { answer: { granted: grantOf(record) } };
  const open = whyNotOpen(record, planHash, nowMs);
  if (record === undefined || open !== undefined) return no(open);
  const keep: ApprovalRecord = { ...record, status: 'granted' };
  return { answer: { granted: grantOf(keep) }, keep };
}

/**
 * Uses a grant for one step. `lockFence` is the present number of the target's lock, undefined when nobody holds it.
 * The plan must not have expired at its first step; later steps only need the lock, because stopping half-way is worse.
 */
export function ruleOnUse(
  record: ApprovalRecord | undefined,
  use: { grant: Grant; step: string; lockFence: number | undefined },
  nowMs: number,
): Ruling<{ consumed: true } | { used: string }> {
  const { grant, step, lockFence } = use;
  const invalid = whyNotValid(record, grant);
  if (record === undefined || invalid !== undefined) return no(invalid);
  const usedAtMs = record.used[step];
  if (usedAtMs !== undefined)
    return { answer: { used: `The grant was used for this step already, at ${utcTime(usedAtMs)}.` } };
  if (record.givenUp?.[step] !== undefined) return no('The step was given up before it began; ask for a new plan.');
  if (lockFence === undefined) return no(`Nobody holds the lock of ${record.plan.target} any more.`);
  if (lockFence !== grant.fence)
    return no(
      `The lock of ${record.plan.target} has passed on: its fencing number is ${lockFence}, the grant's ${grant.fence}.`,
    );
  if (Object.keys(record.used).length === 0 && record.expiresAtMs <= nowMs) return no(expired(record));
  return { answer: { consumed: true }, keep: { ...record, used: { ...record.used, [step]: nowMs } } };
}

const notFound = 'There is no such plan, or it is too old to be kept.';

/** Why nobody may decide on a plan now, in one sentence; undefined when it is open. */
function whyNotOpen(record: ApprovalRecord | undefined, planHash: string, nowMs: number): string | undefined {
  if (record === undefined) return notFound;
  if (record.planHash !== planHash) return 'The plan has changed since; read the newest plan and decide on that one.';
  if (record.status === 'refused') return refusedAlready(record);
  if (record.status === 'granted') return `This plan is granted already, by ${givers(grantOf(record).by)}.`;
  return record.expiresAtMs <= nowMs ? expired(record) : undefined;
}

/** Why a grant is not the one that was given for this plan, in one sentence; undefined when it is. */
function whyNotValid(record: ApprovalRecord | undefined, grant: Grant): string | undefined {
  if (record === undefined) return notFound;
  if (record.planHash !== grant.planHash) return 'The grant is for another plan than the one that was approved.';
  if (record.status === 'refused') return refusedAlready(record);
  if (record.status === 'pending') return 'The plan has not been granted.';
  if (!sameGivers(grantOf(record).by, grant.by)) return 'The grant names other people than those who approved.';
  if (record.fence === 0) return 'The grant is not bound to a lock yet.';
  if (grant.fence !== record.fence)
    return `The grant carries fencing number ${grant.fence}, but it was bound to ${record.fence}.`;
  return undefined;
}

function no(sentence: string | undefined): { answer: Refusal } {
  return { answer: { refused: sentence ?? notFound } };
}

function refusedAlready({ refusal }: ApprovalRecord): string {
  if (refusal === undefined) return 'This plan was refused; ask for a new one.';
  return `This plan was refused by ${refusal.by} at ${utcTime(refusal.atMs)}; ask for a new one.`;
}

function expired(record: ApprovalRecord): string {
  return `This plan expired at ${utcTime(record.expiresAtMs)}; ask for a new one.`;
}

function givers(by: Grant['by']): string {
  return by === 'policy' ? 'the policy' : by.join(' and ');
}

function sameGivers(one: Grant['by'], other: Grant['by']): boolean {
  if (one === 'policy' || other === 'policy') return one === other;
  const named = new Set(other);
  return one.length === other.length && one.every((person) => named.has(person));
}

function people(count: number): string {
  return count === 1 ? 'one person' : `${count} people`;
}

function morePeople(count: number): string {
  return count === 1 ? 'one more person is needed' : `${count} more people are needed`;
}
