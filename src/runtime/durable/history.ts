import type { HistoryEvent, Operation } from './model.ts';
import type { ValidUpdate } from './validate.ts';

const kinds: { readonly [type: string]: string } = {
  EXECUTION: 'Execution',
  CONTEXT: 'Context',
  STEP: 'Step',
  WAIT: 'Wait',
  CALLBACK: 'Callback',
  CHAINED_INVOKE: 'ChainedInvoke',
};
const verbs: { readonly [status: string]: string } = {
  STARTED: 'Started',
  SUCCEEDED: 'Succeeded',
  FAILED: 'Failed',
  TIMED_OUT: 'TimedOut',
  STOPPED: 'Stopped',
  CANCELLED: 'Cancelled',
};

type NewEvent = Omit<HistoryEvent, 'number'>;

/** The history line of an update of the SDK. A retry is the failure or the result of one attempt. */
export function eventOfUpdate(update: ValidUpdate, operation: Operation, nowMs: number): NewEvent {
  if (update.Action === 'START') return event(operation, 'STARTED', nowMs, startDetails(update, operation));
  const closing = update.Error === undefined ? 'SUCCEEDED' : 'FAILED';
  const status = update.Action === 'CANCEL' ? 'CANCELLED' : closing;
  const result = outcome(update.Payload, update.Error);
  const details = update.Type === 'STEP' ? { ...result, RetryDetails: retryDetails(update, operation) } : result;
  return event(operation, status, nowMs, details);
}

function startDetails(update: ValidUpdate, operation: Operation): { readonly [key: string]: unknown } {
  switch (update.Type) {
    case 'WAIT':
      return { Duration: update.WaitOptions?.WaitSeconds, ...operation.WaitDetails };
    case 'CHAINED_INVOKE':
      return { FunctionName: update.ChainedInvokeOptions?.FunctionName, Input: { Payload: update.Payload } };
    case 'CALLBACK': {
      const { TimeoutSeconds: Timeout, HeartbeatTimeoutSeconds: HeartbeatTimeout } = update.CallbackOptions ?? {};
      return { CallbackId: operation.CallbackDetails?.CallbackId, Timeout, HeartbeatTimeout };
    }
    default:
      return {};
  }
}

function retryDetails(update: ValidUpdate, operation: Operation): { readonly [key: string]: unknown } {
  const NextAttemptDelaySeconds = update.StepOptions?.NextAttemptDelaySeconds;
  return { CurrentAttempt: operation.StepDetails?.Attempt, NextAttemptDelaySeconds };
}

/** The history line of a change that came from outside: a timer, a callback, the end of a chained invoke. */
export function eventOfChange(operation: Operation, nowMs: number): NewEvent {
  const { Result, Error } = { ...operation.CallbackDetails, ...operation.ChainedInvokeDetails };
  return event(operation, operation.Status ?? 'STARTED', nowMs, { ...duration(operation), ...outcome(Result, Error) });
}

function duration({ StartTimestamp, WaitDetails }: Operation): { readonly [key: string]: unknown } {
  const end = WaitDetails?.ScheduledEndTimestamp;
  if (end === undefined || StartTimestamp === undefined) return {};
  return { Duration: (Number(new Date(end)) - Number(new Date(StartTimestamp))) / 1000 };
}

/** Result and error as the API wraps them. */
export function outcome(payload: string | undefined, error: unknown): { readonly [key: string]: unknown } {
  return {
    ...(payload === undefined ? {} : { Result: { Payload: payload } }),
    ...(error === undefined ? {} : { Error: { Payload: error } }),
  };
}

function event(
  operation: Operation,
  status: string,
  atMs: number,
  details: { readonly [key: string]: unknown },
): NewEvent {
  const { Id: id, ParentId: parentId, Name: name, SubType: subType } = operation;
  const type = `${kinds[operation.Type ?? ''] ?? 'Context'}${verbs[status] ?? 'Started'}`;
  return { atMs, type, operation: { id, parentId, name, subType }, details };
}
