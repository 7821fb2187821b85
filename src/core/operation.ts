import type { Acknowledged, Freeze } from './brakes.ts';
import type { BackupsLook } from './backups-seen.ts';
import { argumentsOf, type ArgumentsSchema } from './arguments.ts';
import type { Engine } from './engine.ts';
import type { IncidentStory } from './incident-story.ts';
import type { Intent, OpenIntent } from './intent.ts';
import type { Json } from './json.ts';
import type { LogMove, LogPosition } from './log-position.ts';
import type { LastMetrics, Trend, TrendRequest } from './metric.ts';
import type { Outcome } from './outcome.ts';
import type { Grant, Plan } from './plan.ts';
import type { Hysteresis, Mute } from './quiet.ts';
import type { Report } from './report.ts';
import type { RunRecord, RunStory } from './run-record.ts';
import type { KnownFinding, Past, Remembered } from './past.ts';
import type {
  KeptPlan,
  LoggedPlan,
  StatementAsk,
  StatementComparison,
  StatementLook,
  StatementPlan,
  StatementText,
} from './statement.ts';
import type { ApprovalRule, FailoverLimits } from './safety.ts';
import type { Calls, StepState, Steps } from './steps.ts';
import type { TargetName } from './target-name.ts';
import type { Trigger } from './trigger.ts';
import type { WritersMemory } from './writers.ts';

export type { TargetName } from './target-name.ts';
export {
  act,
  actInCloud,
  actInStores,
  control,
  copy,
  copyInCloud,
  inStores,
  isAct,
  logs,
  read,
  type ActCall,
  type ActStep,
  type AnyStep,
  type Calls,
  type Copying,
  type ReadStep,
  type StepJournal,
  type StepState,
  type TriedSnapshot,
  type Steps,
} from './steps.ts';

export const risks = ['reads', 'writes', 'interrupts', 'destroys'] as const;
export type Risk = (typeof risks)[number];
export const roles = ['viewer', 'operator', 'approver'] as const;
/** `approver` includes `operator`, which includes `viewer`. */
export type Role = (typeof roles)[number];
/** The widest subject that an operation accepts: `environment` accepts a target too. */
export type Scope = 'none' | 'target' | 'environment';

/** One typed argument after the subject: used to parse, to build the modal, for help and docs. */
export type ArgumentField = {
  name: string;
  label: string;
  hint: string;
  required: boolean;
  /** The last field may take all the words that are left: a sentence needs no quotes then. */
  takesRest?: true;
};

/** A word that is said or not, in a terminal only: `--explain-cost`; its argument is `yes` when it was said. */
export type ArgumentFlag = { name: string; hint: string };

/** All that the body of a run can see: no Slack, no state, no provider. */
export type RunContext<S extends Steps> = WritersMemory &
  BackupsLook & {
    runId: string;
    trigger: Trigger;
    /** Whoever triggered it, by the name of the config where it has one. */
    by: string;
    /** ISO time when the run began; the same at every replay. */
    startedAt: string;
    targets: readonly TargetName[];
    /** What the person or the schedule named: a target or an environment. */
    subject: string;
    steps: Calls<S>;
    /** The same work for several targets, a few at a time; results in the order of `targets`. */
    each<R extends Json>(
      name: string,
      targets: readonly TargetName[],
      work: (target: TargetName, context: RunContext<S>) => Promise<R>,
    ): Promise<R[]>;
    /** The merged limits of a check for a target (global, environment, target), still to be parsed by the check. */
    limits(target: TargetName, check: string): Json;
    /** What the config says of a failover in the environment of a target. */
    failoverLimits(target: TargetName): Promise<FailoverLimits>;
    /** What the config says of how often a check must find something in a row. */
    hysteresis(target: TargetName, check: string): Partial<Hysteresis>;
    past(target: TargetName): Promise<Past>;
    /** The other targets of a target's environment that run the other engine. */
    neighbours(target: TargetName): readonly TargetName[];
    /** What the last report of a target found, held back or not; whoever asked for it. */
    lastFindings(target: TargetName): Promise<readonly KnownFinding[]>;
    /** Who mutes is whoever triggered the run. */
    mute(mute: Omit<Mute, 'by' | 'at'>): Promise<Mute>;
    /** Ends a mute now; false when there is none in force. */
    unmute(target: TargetName, what: string): Promise<boolean>;
    /** Stops all that the bot would change on the subject of the run; `underWay` names the steps that had begun before. Who stops it is whoever triggered the run. */
    freeze(reason: string): Promise<Freeze & { underWay: readonly string[] }>;
    /** Lets it act again; null when it was not frozen. */
    unfreeze(): Promise<Freeze | null>;
    /** Leaves the writes of a target where they are, until so many seconds from now or until somebody says that he has looked. */
    coolDown(target: TargetName, seconds: number, why: string): Promise<void>;
    /** Starts a backup of a target that is made by itself, beside this run: its run, or null where nobody but people make them. */
    askForBackup(target: TargetName): Promise<string | null>;
    /** Ends a cool-down, and asks no more after steps whose end nobody knew; one that may still be at work is left alone. */
    acknowledge(target: TargetName): Promise<Acknowledged>;
    /** The intent of a step that has not answered; null when it is not open, or of another target. */
    openIntent(target: TargetName, runId: string, step: string): Promise<OpenIntent | null>;
    /** Asks, in the room that acted, what became of a step; `unknown` when nobody can say. */
    settle(target: TargetName, intent: Intent): Promise<Json>;
    /** Kept in the history; the frame decides by the trigger whether it becomes the baseline. */
    remember(target: TargetName, look: Remembered): Promise<void>;
    /** How the metrics of a target stood at the last look that was remembered; null before the first. */
    lastMetrics(target: TargetName): Promise<LastMetrics | null>;
    /** The past of some metrics up to the beginning of the run, in the order of the requests. */
    trends(target: TargetName, requests: readonly TrendRequest[]): Promise<readonly Trend[]>;
    /** Those of the ids of statements whose text is not known yet. */
    unknownStatements(target: TargetName, ids: readonly string[]): Promise<readonly string[]>;
    /** Keeps looks at statements and compares them with what was kept: one comparison for each look, in their order. */
    compareStatements(
      target: TargetName,
      looks: readonly StatementLook[],
      texts: readonly StatementText[],
      ask: StatementAsk,
    ): Promise<readonly StatementComparison[]>;
    /** Up to where the log of each member was read by schedules. */
    logPositions(target: TargetName): Promise<{ readonly [member: string]: LogPosition }>;
    /** Moves positions on from where this run found them; the members whose log no other run read meanwhile. */
    advanceLogs(target: TargetName, moves: readonly LogMove[]): Promise<readonly string[]>;
    /** Keeps plans as they are now; the last other plan of each, where one is known. */
    rememberPlans(target: TargetName, plans: readonly StatementPlan[]): Promise<readonly KeptPlan[]>;
    /** Keeps plans that were read in logs; `slow` tells of them. */
    keepLoggedPlans(target: TargetName, plans: readonly LoggedPlan[]): Promise<void>;
    sleep(name: string, seconds: number): Promise<void>;
    poll<R extends Json>(
      name: string,
      ask: () => Promise<R>,
      done: (answer: R) => boolean,
      everySeconds: number,
    ): Promise<R>;
    approval(plan: Plan): Promise<{ granted: Grant } | { refused: string; who?: string }>;
    /** Shown while it works: a step of its own for each name, in the order in which they were told of; `details` is how far it is. */
    progress(step: string, state: StepState, details?: string): Promise<void>;
  };

/** What a quick answer can see. It is not a run and leaves no state. */
export type AnswerContext = {
  now: string;
  targets: readonly TargetName[];
  environments: readonly string[];
  operations: readonly OperationSummary[];
  /** The last report of each target that the person may see, with its age. */
  latest(): Promise<readonly { target: TargetName; report?: Report }[]>;
  /** The mutes in force on the targets that the person may see. */
  mutes(): Promise<readonly Mute[]>;
  /** The youngest runs on some of the targets and environments that the person may see, youngest first. */
  runs(subjects: readonly string[], count: number): Promise<readonly RunRecord[]>;
  /** What is on record of a run, by its id or the short one; undefined where there is none that the person may see. */
  run(id: string): Promise<RunStory | undefined>;
  /** What is on record of the last incident of a target that the person may see; undefined where there was none. */
  incident(target: string): Promise<IncidentStory | undefined>;
  /** The emergency rule: the plan of a run is granted by one approver instead of several. */
  breakGlass(run: RunRecord, reason: string): Promise<{ granted: true } | { refused: string; who?: string }>;
  /** Stops a run before it begins to act. */
  abort(run: RunRecord): Promise<{ aborted: true } | { refused: string; who?: string }>;
  /** May the asking person run this, on this environment? A sentence why not, or undefined. */
  whyNot(operation: string, environment: string): Promise<string | undefined>;
};

export type OperationSummary = {
  id: string;
  title: string;
  why: string;
  risk: Risk;
  scope: Scope;
  engines: readonly Engine[];
  fields: readonly ArgumentField[];
  flags?: readonly ArgumentFlag[];
  examples: readonly string[];
};

type Common<A> = OperationSummary & {
  role: Role;
  /** From the typed words or the modal's values (strings by field name) to arguments; the schema coerces. */
  args: ArgumentsSchema<A>;
};
export type AnswerDefinition<A> = Common<A> & {
  kind: 'answer';
  answer(context: AnswerContext, args: A): Promise<Report>;
};
export type RunDefinition<A, S extends Steps> = Common<A> & {
  kind: 'run';
  /** True where nobody waits for its answer: a scheduled run posts nothing unless it is refused, fails, or finds something critical that is NEW. */
  silent?: true;
  /** Whether the report of a silent run tells something all the same. */
  isNews?(report: Report): boolean;
  /** Who has to say yes, where the config says nothing of this verb; absent is what it says of the risk. */
  approval?: ApprovalRule;
  /** Graver cases of its plans by name, and who has to say yes to them where the config names none (`approvals.verbs`); never fewer than to the verb. */
  graver?: Readonly<Record<string, ApprovalRule>>;
  /** True where it changes who takes writes: then it waits for the end of a cool-down. */
  movesWrites?: true;
  /** True where the bot may start it without a person although it writes: it finishes or undoes what people approved. */
  startsByItself?: true;
  steps: S;
  run(context: RunContext<S>, args: A): Promise<Outcome>;
};

export type AnswerOperation = Omit<AnswerDefinition<unknown>, 'args'> & { args: ArgumentsSchema<unknown> };
export type RunOperation = Omit<RunDefinition<unknown, Steps>, 'args' | 'run'> & {
  args: ArgumentsSchema<unknown>;
  run(context: RunContext<Steps>, args: unknown): Promise<Outcome>;
};
export type Operation = AnswerOperation | RunOperation;

/** An operation as it is known before it is loaded. */
export type CatalogueEntry = OperationSummary & { role: Role; kind: Operation['kind']; load(): Promise<Operation> };

/** A verb that runs: its arguments are parsed by its own schema before its body sees them. */
export function defineOperation<A, S extends Steps>(definition: Omit<RunDefinition<A, S>, 'kind'>): RunOperation {
  return {
    ...definition,
    kind: 'run',
    run: (context, args) => definition.run(context as unknown as RunContext<S>, argumentsOf(definition.args, args)),
  };
}

/** A verb that is answered at once, from what is already known. */
export function defineAnswer<A>(definition: Omit<AnswerDefinition<A>, 'kind'>): AnswerOperation {
  return {
    ...definition,
    kind: 'answer',
    answer: (context, args) => definition.answer(context, argumentsOf(definition.args, args)),
  };
}
