import type { Json } from '../core/json.ts';
import type { Mask } from '../core/mask.ts';
import type { Past, Remembered, RunOperation, StepState, TargetName } from '../core/operation.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Plan } from '../core/plan.ts';
import type { RunRequest } from '../core/run.ts';
import type { AnyCloud } from '../targets/cloud.ts';
import type { ApprovalRule, Approvals, Audit, Locks } from '../core/safety.ts';

/** Everything that a run may use of the control room. Wired in app.ts; tests give their own. */
export type RunTools = {
  now(): number;
  mask: Mask;
  /** Slack user ids in a sentence, as the names of nightshift.yaml. */
  named(sentence: string): string;
  operation(id: string): RunOperation | undefined;
  /** The targets that a subject names: one, or all of an environment. */
  targetsOf(subject: string): readonly TargetName[];
  /** Why this trigger may not run this, or undefined. Asked again in the run, since an acknowledgement is not a permission. */
  whyNot(request: RunRequest, operation: RunOperation): Promise<{ refused: string; who?: string } | undefined>;
  approvalRule(operation: RunOperation, environment: string): ApprovalRule;
  limits(target: string, check: string): Json;
  /** The name of the function that is this room for this target. */
  roomFunction(target: string, room: string): string;
  /** The cloud that hosts a target: asked here, in the control room. */
  openCloud(target: string): Promise<AnyCloud>;
  /** The name of the durable function itself, with the alias that a chained invoke needs. */
  runFunction(): string;
  history: {
    past(target: string): Promise<Past>;
    remember(target: string, look: Remembered, options: { baseline: boolean }): Promise<void>;
  };
  approvals: Approvals;
  locks: Locks;
  audit: Audit;
  callbacks: { keep(runId: string, callbackId: string): Promise<void> };
  record: {
    started(request: RunRequest, at: string): Promise<{ startedAt: string }>;
    ended(request: RunRequest, outcome: Outcome, at: string): Promise<void>;
  };
  /** Best effort: the run goes on when Slack does not answer. */
  announce(request: RunRequest): Promise<null>;
  showProgress(request: RunRequest, step: string, state: StepState): Promise<null>;
  /** Throws DeliveryDelayed until Slack has it. */
  postPlan(request: RunRequest, plan: Plan, rule: ApprovalRule): Promise<null>;
  deliver(request: RunRequest, outcome: Outcome): Promise<null>;
  log(level: 'info' | 'warn' | 'error', message: string, detail: Json): void;
};
