import type { Plan } from './plan.ts';
import type { Status } from './report.ts';
import type { AuditEntry } from './safety.ts';
import type { Trigger } from './trigger.ts';

export const runStatuses = ['started', 'waiting', 'done', 'refused', 'failed'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** What is remembered of a run. Times are ISO; `health` is the status of its report. */
export type RunRecord = {
  runId: string;
  operation: string;
  subject: string;
  trigger: Trigger;
  status: RunStatus;
  startedAt: string;
  endedAt?: string | undefined;
  headline?: string | undefined;
  health?: Status | undefined;
  /** JSON of the report, where a terminal waits for it; as text, because a map of DynamoDB ends at 32 levels. */
  report?: string | undefined;
};

/** A run, with its newest plan and all that is on record of it, the oldest first. */
export type RunStory = {
  run: RunRecord;
  plan?: { plan: Plan; planHash: string; status: 'pending' | 'granted' | 'refused'; approvedBy: readonly string[] };
  entries: readonly AuditEntry[];
};
