import { Fault } from '../core/errors.ts';
import { planHash as hashOf, type Grant, type Plan } from '../core/plan.ts';
import type { ApprovalRule, ApprovalStatus, Approvals, BrokenGlass, Locks, Refusal } from '../core/safety.ts';
import { approvalRecord, grantOf, type ApprovalRecord } from './approval-record.ts';
import {
  ruleOnAbort,
  ruleOnBegun,
  ruleOnBreakGlass,
  ruleOnNo,
  ruleOnPolicy,
  ruleOnUse,
  ruleOnYes,
  type Ruling,
} from './approval-rules.ts';
import { keys } from './keys.ts';
import { targetLock } from './locks.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

/** What is known of the plan of a run, for messages and for the room that compares what it is asked to do with what was approved. */
export type ProposedPlan = {
  plan: Plan;
  planHash: string;
  rule: ApprovalRule;
  proposer: string;
  status: ApprovalRecord['status'];
  /** Who said yes, and when (epoch milliseconds). */
  approvals: Readonly<Record<string, number>>;
  refusedBy?: string;
  granted?: Grant;
};
export type ApprovalStore = Approvals & {
  /** The newest plan of a run. `granted` is there even when the handler that counted the last yes died before it told the run. */
  plan(runId: string): Promise<ProposedPlan | undefined>;
  /** The emergency rule: one approver does without the others. */
  breakGlass(runId: string, glass: BrokenGlass): Promise<{ granted: Grant } | Refusal>;
  /** Whether a step has used the grant of a run, and the ISO time when. Where it has not, it never can any more: whoever asks gives it up. */
  begun(runId: string, step: string): Promise<{ begun: false } | { begun: true; at: string } | Refusal>;
  /** Stops a run that has a plan, until it begins to act. */
  abort(runId: string, person: string): Promise<{ aborted: true } | Refusal>;
};

const keptDaysAfterExpiry = 30;

/**
 * Approvals on the state table: one item per run holds its newest plan, everybody's yes, and what was used.
 *
 * A new plan of the same run takes the place of one that is pending, and every yes to the old one is void; a plan that was
 * granted or refused is final. The lock that `consume` compares with is `targetLock` of the plan's target. Between reading
 * that lock and using the grant lies one round trip: what the step does must still check what it acts upon.
 */
export function createApprovals(table: StateTable, locks: Pick<Locks, 'current'>): ApprovalStore {
  return {
    propose: (plan, rule, proposer) => propose(table, plan, rule, proposer),
    approve: (runId, planHash, person) =>
      decide(table, runId, (record) => ruleOnYes(record, planHash, person, table.now())),
    refuse: (runId, planHash, person) =>
      decide(table, runId, (record) => ruleOnNo(record, planHash, person, table.now())),
    status: async (runId, planHash) => statusOf(asRecord(await table.get(keys.approval(runId))), planHash, table.now()),
    grantByPolicy: (runId, planHash) => decide(table, runId, (record) => ruleOnPolicy(record, planHash, table.now())),
    bind: (grant, fence) => bind(table, grant, fence),
    consume: (grant, step) => consume(table, locks, grant, step),
    breakGlass: (runId, glass) => decide(table, runId, (record) => ruleOnBreakGlass(record, glass, table.now())),
    begun: (runId, step) => decide(table, runId, (record) => ruleOnBegun(record, step, table.now())),
    abort: (runId, person) => decide(table, runId, (record) => ruleOnAbort(record, person, table.now())),
    plan: async (runId) => view(asRecord(await table.get(keys.approval(runId)))),
  };
}

function propose(table: StateTable, plan: Plan, rule: ApprovalRule, proposer: string): Promise<void> {
  const planHash = hashOf(plan);
  const expiresAtMs = Date.parse(plan.expiresAt);
  if (Number.isNaN(expiresAtMs)) throw new Fault('invalid_request', 'The plan says no time at which it expires.');
  if (rule.by === 'people' && !(rule.count >= 1))
    throw new Fault('invalid_request', 'A plan that people approve needs at least one of them.');
  return table.decide(keys.approval(plan.runId), (item) => {
    const known = asRecord(item);
    if (known?.planHash === planHash) return { answer: undefined };
    if (known !== undefined && known.status !== 'pending')
      throw new Fault('conflict', `The plan of ${plan.runId} is ${known.status} already and cannot be changed.`);
    const status = 'pending' as const;
    const fresh = { planHash, plan, rule, proposer, status, expiresAtMs, approvals: {}, fence: 0, used: {} };
    return { answer: undefined, write: asAttributes(table, fresh) };
  });
}

function bind(table: StateTable, grant: Grant, fence: number): Promise<Grant> {
  return table.decide(keys.approval(grant.runId), (item) => {
    const record = asRecord(item);
    if (record?.status !== 'granted' || record.planHash !== grant.planHash)
      throw new Fault('conflict', `The plan of ${grant.runId} is not granted and cannot be bound to a lock.`);
    if (fence < 1 || fence < record.fence)
      throw new Fault(
        'conflict',
        `The grant of ${grant.runId} is bound to fencing number ${record.fence}, not ${fence}.`,
      );
    if (fence === record.fence) return { answer: grantOf(record) };
    const bound = { ...record, fence };
    return { answer: grantOf(bound), write: asAttributes(table, bound) };
  });
}

async function consume(
  table: StateTable,
  locks: Pick<Locks, 'current'>,
  grant: Grant,
  step: string,
): Promise<{ consumed: true } | { used: string } | Refusal> {
  const proposed = asRecord(await table.get(keys.approval(grant.runId)));
  const lock = proposed === undefined ? undefined : await locks.current(targetLock(proposed.plan.target));
  const use = { grant, step, lockFence: lock?.fence };
  return decide(table, grant.runId, (record) => ruleOnUse(record, use, table.now()));
}

function decide<A>(
  table: StateTable,
  runId: string,
  rule: (record: ApprovalRecord | undefined) => Ruling<A>,
): Promise<A | Refusal> {
  return table.decide<A | Refusal>(keys.approval(runId), (item) => {
    const { answer, keep } = rule(asRecord(item));
    return keep === undefined ? { answer } : { answer, write: asAttributes(table, keep) };
  });
}

function statusOf(record: ApprovalRecord | undefined, planHash: string, nowMs: number): ApprovalStatus {
  if (record === undefined || record.planHash !== planHash) return { state: 'expired' };
  if (record.status === 'granted') {
    const { brokenGlass } = record;
    const glass = brokenGlass ? { brokenGlass: { by: brokenGlass.by, reason: brokenGlass.reason } } : {};
    return { state: 'granted', grant: grantOf(record), ...glass };
  }
  if (record.refusal !== undefined) return { state: 'refused', by: record.refusal.by };
  if (record.expiresAtMs <= nowMs) return { state: 'expired' };
  return { state: 'pending', approvedBy: Object.keys(record.approvals).toSorted() };
}

function asRecord(item: Item | undefined): ApprovalRecord | undefined {
  return item === undefined ? undefined : approvalRecord.parse(item);
}

function asAttributes(table: StateTable, record: ApprovalRecord): ApprovalRecord & { ttl: number } {
  const secondsLeft = Math.max(0, (record.expiresAtMs - table.now()) / 1000);
  return { ...record, ttl: expiresAfter(table.now, secondsLeft + keptDaysAfterExpiry * 86_400) };
}

function view(record: ApprovalRecord | undefined): ProposedPlan | undefined {
  if (record === undefined) return undefined;
  const { plan, planHash, rule, proposer, status, approvals, refusal } = record;
  const proposed: ProposedPlan = { plan, planHash, rule, proposer, status, approvals };
  if (refusal !== undefined) return { ...proposed, refusedBy: refusal.by };
  return status === 'granted' ? { ...proposed, granted: grantOf(record) } : proposed;
}
