import { createHash } from 'node:crypto';
import type { FaultCode } from './errors.ts';
import type { Json } from './json.ts';
import type { Grant } from './plan.ts';
import type { Trigger } from './trigger.ts';

/** The payload of a run: only facts of the trigger, because the same run name with another payload is an error. */
export type RunRequest = {
  runId: string;
  operation: string;
  /** A target or an environment. */
  subject: string;
  /** Strings by field name, as typed; the operation's own schema parses them. */
  args: { readonly [name: string]: string };
  trigger: Trigger;
  /** Present where this execution does a share of a larger run. */
  share?: Share;
};

/**
 * Some targets of a run that has too many for one execution: what `each` of that name is to do for them. The run that
 * hands it out is announced, recorded and delivered; its shares only look and answer.
 */
export type Share = { each: string; targets: readonly string[]; startedAt: string };

/** verb + the first 40 hex digits of SHA-256 of the claim key; fits the 64 characters of a durable execution's name. */
export function runName(operation: string, claimKey: string): string {
  return `${operation.slice(0, 23)}-${createHash('sha256').update(claimKey).digest('hex').slice(0, 40)}`;
}

/** Enough of a run's id for a person: `health-05ed3501`. */
export function shortRun(runId: string): string {
  return runId.replace(/(-[0-9a-f]{8})[0-9a-f]{32}$/, '$1');
}

/** One call into a room: what `run` sends to `read`, `act`, `copy` or `logs`. */
export type RoomRequest = {
  runId: string;
  operation: string;
  step: string;
  target: string;
  args: Json;
  /** Present where the step acts. */
  grant?: Grant;
  /** `reconcile` asks the database, or its cloud, what became of an acting step; it uses no grant up. */
  mode: 'run' | 'reconcile';
};

/** Faults after which nothing was done: asking the database what became of the step would only hide them. */
export const definiteFaults: ReadonlySet<FaultCode> = new Set([
  'permission_denied',
  'invalid_request',
  'unsupported',
  'target_unreachable',
]);

/** Whether an acting step's result says how it ended. What a person has to look at may become clear when a server answers again. */
export function isClear(truth: Json): boolean {
  return truth !== 'unknown' && endOf(truth) !== 'needs-a-human' && !isUnderWay(truth);
}

/** Whether an acting step's result says that whoever carries it out is still at work: it is asked again. */
export function isUnderWay(truth: Json): boolean {
  return endOf(truth) === 'under-way';
}

function endOf(truth: Json): unknown {
  return truth !== null && typeof truth === 'object' && 'ended' in truth ? Object(truth).ended : undefined;
}

/** What a room answers: the masked result, or why it refused or could not; `begun` where the step had begun to act. A thrown error is only for what nobody foresaw. */
export type RoomAnswer = { result: Json } | { fault: { code: FaultCode; message: string; begun?: true } };
