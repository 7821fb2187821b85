import type { Brakes } from '../core/brakes.ts';
import type { BackupsSeen } from '../core/backups-seen.ts';
import type { Intents } from '../core/intent.ts';
import type { Json } from '../core/json.ts';
import type { Mask } from '../core/mask.ts';
import type { LastMetrics, Trend, TrendRequest } from '../core/metric.ts';
import type { RunOperation, TargetName } from '../core/operation.ts';
import type { KnownFinding, Past, Remembered } from '../core/past.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Plan } from '../core/plan.ts';
import type { Report } from '../core/report.ts';
import type { Hysteresis, Mutes, OwnAct, Quiet } from '../core/quiet.ts';
import type { RoomRequest, RunRequest } from '../core/run.ts';
import type { PointerWrites } from '../state/pointers.ts';
import type { Copies } from '../state/copies.ts';
import type { Writers } from '../state/writers.ts';
import type { LogPositions } from '../state/log-positions.ts';
import type { StatementMemory } from '../core/statement.ts';
import type { RoomTools } from './room.ts';
import type { AnyCloud } from '../targets/cloud.ts';
import type { Pointed } from '../targets/pointer.ts';
import type { ApprovalRule, Approvals, Audit, BrokenGlass, FailoverLimits, Locks } from '../core/safety.ts';
import type { BackupAsk } from './ask-backup.ts';
import type { WatchedStep } from './step-list.ts';

/** In whose name a cloud is opened: a step is carried out, or asked what became of it. */
export type CloudActor = Pick<RoomRequest, 'runId' | 'mode'>;

/** Everything that a run may use of the control room. Wired in app.ts; tests give their own. */
export type RunTools = {
  now(): number;
  mask: Mask;
  /** The names that stay where the config hides all others of this target; undefined where it hides none. */
  keptNames(target: string): ReadonlySet<string> | undefined;
  /** Slack user ids in a sentence, as the names of nightshift.yaml. */
  named(sentence: string): string;
  operation(id: string): RunOperation | undefined;
  /** The targets that a subject names: one, or all of an environment. */
  targetsOf(subject: string): readonly TargetName[];
  /** Why this trigger may not run this, or undefined. Asked again in the run, since an acknowledgement is not a permission. */
  whyNot(request: RunRequest, operation: RunOperation): Promise<{ refused: string; who?: string } | undefined>;
  /** `graver`: the case that a plan is. */
  approvalRule(operation: RunOperation, environment: string, graver?: string): ApprovalRule;
  failoverLimits(environment: string): Promise<FailoverLimits>;
  limits(target: string, check: string): Json;
  /** The name of the function that is this room for this target. */
  roomFunction(target: string, room: string): string;
  /** The cloud that hosts a target, and what clients look it up by: asked here, in the control room. `actor` is the run in whose name something may be changed. */
  openCloud(target: string, actor?: CloudActor): Promise<AnyCloud | Pointed>;
  /** The name of the durable function itself, with the alias that a chained invoke needs. */
  runFunction(): string;
  history: {
    past(target: string): Promise<Past>;
    remember(target: string, look: Remembered, options: { baseline: boolean }): Promise<void>;
    lastFindings(target: string): Promise<readonly KnownFinding[]>;
  };
  /** What the config says of a check on a target beside its limits. */
  hysteresis(target: string, check: string): Partial<Hysteresis>;
  /** What keeps a target's findings out of a notification at an ISO time. */
  quiet(target: TargetName, at: string): Promise<Quiet>;
  mutes: Pick<Mutes, 'keep' | 'end'>;
  brakes: Brakes;
  intents: Intents;
  acts: {
    begun(target: string, act: Omit<OwnAct, 'endedAt'>): Promise<void>;
    ended(target: string, runId: string, at: string): Promise<void>;
  };
  /** The numbers of targets over time. */
  metrics: {
    keep(target: string, look: LastMetrics): Promise<void>;
    last(target: string): Promise<LastMetrics | undefined>;
    trends(target: string, requests: readonly TrendRequest[], until: string): Promise<Trend[]>;
  };
  /** Up to where schedules have read logs. */
  logPositions: LogPositions;
  /** Who took writes, and how far they were. */
  writers: Writers;
  /** What pointers said before they were changed. */
  pointers: PointerWrites;
  /** What statements did over time. */
  statements: StatementMemory;
  approvals: Approvals & RoomTools['approvals'];
  /** How far the copies of runs are. */
  copies: Pick<Copies, 'standing'>;
  locks: Locks;
  /** The hosts of a target on which servers of another target are too. */
  sharedHosts(target: string): readonly string[];
  /** Starts a backup of a target beside a run: its id, or null where none is made by itself. */
  askForBackup(target: string, ask: BackupAsk): Promise<string | null>;
  /** What the stores have of a target at an ISO time. */
  backups(target: string, at: string): Promise<BackupsSeen>;
  audit: Audit;
  callbacks: { keep(runId: string, callbackId: string): Promise<void> };
  record: {
    started(request: RunRequest, at: string): Promise<{ startedAt: string }>;
    ended(request: RunRequest, outcome: Outcome, at: string): Promise<void>;
  };
  /** Best effort: the run goes on when Slack does not answer. */
  announce(request: RunRequest): Promise<null>;
  showProgress(request: RunRequest, steps: readonly WatchedStep[]): Promise<null>;
  /** The look is over: whoever waits for a place may begin. */
  lookIsOver(request: RunRequest): Promise<void>;
  /** Throws DeliveryDelayed until Slack has it. */
  postPlan(request: RunRequest, plan: Plan, rule: ApprovalRule): Promise<null>;
  /** Calls all approvers of a plan that one of them granted alone. */
  tellBrokenGlass(request: RunRequest, plan: Plan, glass: BrokenGlass): Promise<null>;
  /** The charts of a report as files of Slack, in their order; null where one could not be drawn or brought there. */
  draw(request: RunRequest, outcome: Outcome): Promise<(string | null)[]>;
  /** When the newest alarm of the run's incident began that is still on, or the trigger where it began something; null for none. */
  lastAlarm(request: RunRequest): Promise<string | null>;
  /** Replies in the thread of the run's incident with what the log says around an ISO time; DeliveryDelayed until Slack has it. */
  tellLog(request: RunRequest, at: string, report: Report): Promise<null>;
  deliver(request: RunRequest, outcome: Outcome, pictures: readonly (string | null)[]): Promise<null>;
  log(level: 'info' | 'warn' | 'error', message: string, detail: Json): void;
};
