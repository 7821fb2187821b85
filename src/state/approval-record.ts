import * as z from 'zod';
import type { Grant, Plan } from '../core/plan.ts';
import type { ApprovalRule } from '../core/safety.ts';

const statuses = ['pending', 'granted', 'refused'] as const;

/** What is kept of one plan and of what people said to it. Times are epoch milliseconds. */
export const approvalRecord = z.object({
  planHash: z.string(),
  plan: z.custom<Plan>((value) => typeof value === 'object' && value !== null),
  rule: z.custom<ApprovalRule>((value) => typeof value === 'object' && value !== null && 'by' in value),
  proposer: z.string(),
  status: z.enum(statuses),
  expiresAtMs: z.number(),
  /** Person → when they said yes. */
  approvals: z.record(z.string(), z.number()),
  refusal: z.object({ by: z.string(), atMs: z.number() }).optional(),
  /** An approver who did without the others. */
  brokenGlass: z.object({ by: z.string(), reason: z.string(), atMs: z.number() }).exactOptional(),
  /** Fencing number of the lock under which the plan is carried out; 0 until it is bound. */
  fence: z.int(),
  /** Step → when it used the grant. */
  used: z.record(z.string(), z.number()),
  /** Step → when it was given up before it used the grant: it never can any more. */
  givenUp: z.record(z.string(), z.number()).exactOptional(),
});
export type ApprovalRecord = z.infer<typeof approvalRecord>;

/** The grant of a record that was granted. */
export function grantOf(record: ApprovalRecord): Grant {
  const by = record.rule.by === 'policy' ? 'policy' : Object.keys(record.approvals).toSorted();
  return { runId: record.plan.runId, planHash: record.planHash, fence: record.fence, by };
}
