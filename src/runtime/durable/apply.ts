import type { Operation, ServiceSide } from './model.ts';
import type { ValidUpdate } from './validate.ts';

export type Applied = { operation: Operation; side: ServiceSide };

/** An operation after an update of the SDK. `newCallbackId` is used where a callback starts. */
export function applyUpdate(
  update: ValidUpdate,
  existing: Operation | undefined,
  nowMs: number,
  newCallbackId: string,
): Applied {
  const operation = existing ?? started(update, nowMs);
  switch (update.Action) {
    case 'START':
      return start(update, operation, nowMs, newCallbackId);
    case 'RETRY':
      return retry(update, operation, nowMs);
    case 'SUCCEED':
      return { operation: close(update, operation, 'SUCCEEDED', nowMs), side: {} };
    case 'FAIL':
      return { operation: close(update, operation, 'FAILED', nowMs), side: {} };
    case 'CANCEL':
      return { operation: close(update, operation, 'CANCELLED', nowMs), side: {} };
  }
}

function started(update: ValidUpdate, nowMs: number): Operation {
  const { Id, ParentId, Name, Type, SubType } = update;
  return { Id, ParentId, Name, Type, SubType, StartTimestamp: iso(nowMs), Status: 'STARTED' };
}

function start(update: ValidUpdate, before: Operation, nowMs: number, newCallbackId: string): Applied {
  const operation: Operation = { ...before, Status: 'STARTED' };
  switch (update.Type) {
    case 'WAIT': {
      const dueMs = nowMs + (update.WaitOptions?.WaitSeconds ?? 0) * 1000;
      return { operation: { ...operation, WaitDetails: { ScheduledEndTimestamp: iso(dueMs) } }, side: { dueMs } };
    }
    case 'CALLBACK': {
      const side = callbackSide(update, nowMs, newCallbackId);
      return { operation: { ...operation, CallbackDetails: { CallbackId: newCallbackId } }, side };
    }
    case 'CONTEXT': {
      const ReplayChildren = update.ContextOptions?.ReplayChildren;
      return { operation: { ...operation, ContextDetails: { ReplayChildren } }, side: {} };
    }
    case 'CHAINED_INVOKE': {
      const identifier = update.ChainedInvokeOptions?.FunctionName ?? '';
      return { operation, side: { request: { identifier, payload: update.Payload ?? '{}' } } };
    }
    default:
      return { operation, side: {} };
  }
}

function callbackSide(update: ValidUpdate, nowMs: number, callbackId: string): ServiceSide {
  const { TimeoutSeconds, HeartbeatTimeoutSeconds } = update.CallbackOptions ?? {};
  const hardDueMs = TimeoutSeconds ? nowMs + TimeoutSeconds * 1000 : undefined;
  const side = { callbackId, hardDueMs, heartbeatSeconds: HeartbeatTimeoutSeconds || undefined };
  return { ...side, dueMs: callbackDueMs(side, nowMs) };
}

function retry(update: ValidUpdate, before: Operation, nowMs: number): Applied {
  const dueMs = nowMs + (update.StepOptions?.NextAttemptDelaySeconds ?? 0) * 1000;
  const attempt = (before.StepDetails?.Attempt ?? 0) + 1;
  const details = { Attempt: attempt, NextAttemptTimestamp: iso(dueMs), Result: update.Payload, Error: update.Error };
  return { operation: { ...before, Status: 'PENDING', StepDetails: details }, side: { dueMs } };
}

function close(
  update: ValidUpdate,
  before: Operation,
  status: 'SUCCEEDED' | 'FAILED' | 'CANCELLED',
  nowMs: number,
): Operation {
  const operation: Operation = { ...before, Status: status, EndTimestamp: iso(nowMs) };
  const outcome = { Result: update.Payload, Error: update.Error };
  if (update.Type === 'STEP') {
    return { ...operation, StepDetails: { Attempt: (before.StepDetails?.Attempt ?? 0) + 1, ...outcome } };
  }
  if (update.Type === 'CONTEXT') {
    const ReplayChildren = update.ContextOptions?.ReplayChildren ?? before.ContextDetails?.ReplayChildren;
    return { ...operation, ContextDetails: { ...outcome, ReplayChildren } };
  }
  return operation;
}

/** When a callback times out if nobody answers or beats: the earlier of its own timeout and its heartbeat's. */
export function callbackDueMs(side: ServiceSide, nowMs: number): number | undefined {
  const { hardDueMs, heartbeatSeconds } = side;
  if (heartbeatSeconds === undefined) return hardDueMs;
  return Math.min(nowMs + heartbeatSeconds * 1000, hardDueMs ?? Number.POSITIVE_INFINITY);
}

/** An operation whose time has come, or undefined when time does nothing to it. */
export function applyTime(operation: Operation, side: ServiceSide, nowMs: number): Operation | undefined {
  if (operation.Type === 'STEP') return { ...operation, Status: 'READY' };
  const ended = { ...operation, EndTimestamp: iso(nowMs) };
  if (operation.Type === 'WAIT') return { ...ended, Status: 'SUCCEEDED' };
  if (operation.Type !== 'CALLBACK') return undefined;
  const missedBeat = side.hardDueMs === undefined || side.hardDueMs > nowMs;
  const ErrorMessage = missedBeat ? 'Callback timed out on heartbeat' : 'Callback timed out';
  return { ...ended, Status: 'TIMED_OUT', CallbackDetails: { ...operation.CallbackDetails, Error: { ErrorMessage } } };
}

export function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
