import type { Json } from './json.ts';
import type { Grant, Plan } from './plan.ts';

/** What the config asks for before a plan may be carried out. */
export type ApprovalRule =
  | { by: 'policy' }
  /** `breakGlass` where in an emergency one approver may do without the others, and everybody is told. */
  | { by: 'people'; count: number; breakGlass?: true };

/** What may be lost without anybody accepting it, and how long a primary has to be dead; null where no such number is set. */
export type FailoverLimits = { minOutageSeconds: number; lossBytes: number | null; lossSeconds: number | null };

/** Where the config says nothing: two minutes, and no byte. */
export const usualFailoverLimits: FailoverLimits = { minOutageSeconds: 120, lossBytes: 0, lossSeconds: null };

/** Who did without the others, and why. */
export type BrokenGlass = { by: string; reason: string };

/** Why a yes did not count, in one sentence for the person who clicked. */
export type Refusal = { refused: string };

/** How a plan stands; `refused` and `granted` are for good. */
export type ApprovalStatus =
  | { state: 'pending'; approvedBy: readonly string[] }
  | { state: 'granted'; grant: Grant; brokenGlass?: BrokenGlass }
  | { state: 'refused'; by: string }
  | { state: 'expired' };

/** Port: one yes to one plan hash, single use, expiring. */
export type Approvals = {
  /** Remembers the plan as pending. Repeatable: the same plan hash again changes nothing. `proposer` is a Slack user id. */
  propose(plan: Plan, rule: ApprovalRule, proposer: string): Promise<void>;
  /** Counts one person's yes. `granted` once enough people said it; refused with a reason otherwise. */
  approve(runId: string, planHash: string, person: string): Promise<{ granted: Grant } | { waiting: number } | Refusal>;
  /** A person's no: the plan can never be granted afterwards. */
  refuse(runId: string, planHash: string, person: string): Promise<{ refusedBy: string } | Refusal>;
  /** How a plan stands now. An unknown plan is `expired`. */
  status(runId: string, planHash: string): Promise<ApprovalStatus>;
  /** A grant by policy, where the config asks nobody. */
  grantByPolicy(runId: string, planHash: string): Promise<{ granted: Grant } | Refusal>;
  /** Gives a granted plan the fencing number of the lock under which it is carried out. */
  bind(grant: Grant, fence: number): Promise<Grant>;
  /**
   * Uses the grant up, in the acting room: `consumed` exactly once, and only if grant, hash, fence and expiry are right. `used`
   * when it was used for this step before: then nobody but the database can say what became of it.
   */
  consume(grant: Grant, step: string): Promise<{ consumed: true } | { used: string } | Refusal>;
};

/** Port: one holder per name, with a fencing number that only grows. */
export type Locks = {
  /** Takes the lock for `seconds`; the same holder again renews it and keeps its number. */
  take(name: string, holder: string, seconds: number): Promise<{ fence: number } | Refusal>;
  /** Gives it back; a lock that was lost meanwhile is left alone. */
  release(name: string, holder: string): Promise<void>;
  /** The present fencing number of a lock that is held, undefined when it is free or expired. */
  current(name: string): Promise<{ holder: string; fence: number } | undefined>;
};

/** Port: append-only record of who asked, decided, did what, with which result. */
export type Audit = {
  /** `id` makes it repeatable: the same id again is kept once. */
  record(entry: AuditEntry): Promise<void>;
};

export type AuditEntry = {
  id: string;
  /** ISO time. */
  at: string;
  /** Slack user id, `schedule:<name>`, `alarm:<name>` or `terminal`. */
  who: string;
  what: 'requested' | 'refused' | 'planned' | 'approved' | 'broke-glass' | 'granted' | 'acted' | 'finished' | 'failed';
  runId: string;
  operation: string;
  subject: string;
  detail: Json;
};
