import type { ErrorObject, WireOperation } from '@aws/durable-execution-sdk-js';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'STOPPED';

/** What a running execution owes: an invocation, the end of one, or nothing until something changes. */
export type Phase = 'due' | 'invoking' | 'waiting';

/** One durable execution. Times are milliseconds since 1970; payloads are JSON text. */
export type Execution = {
  arn: string;
  functionName: string;
  name: string;
  status: ExecutionStatus;
  phase: Phase;
  input: string;
  inputHash: string;
  startedMs: number;
  deadlineMs: number;
  /** How long it is kept after its end. */
  retentionDays: number;
  endedMs: number | undefined;
  result: string | undefined;
  error: ErrorObject | undefined;
  /** The token of the invocation that may checkpoint now; any other is fenced off. */
  token: string | undefined;
  /** Invocations that broke in a row; decides the back-off. */
  failures: number;
  /** No invocation before this time. */
  notBeforeMs: number;
  /** The chained invoke that waits for this execution. */
  parent: { arn: string; operationId: string } | undefined;
};

/** An operation with an id, as it travels between service and SDK; timestamps are ISO text. */
export type Operation = WireOperation & { Id: string };

/** What the service knows of an operation and the SDK is not shown. */
export type ServiceSide = {
  /** When the operation changes by itself. */
  dueMs?: number | undefined;
  callbackId?: string | undefined;
  heartbeatSeconds?: number | undefined;
  /** A callback's own timeout, which a heartbeat does not move. */
  hardDueMs?: number | undefined;
  /** A chained invoke: whom to call with what, so that a later process can repeat it. */
  request?: ChainedRequest | undefined;
};
export type ChainedRequest = { identifier: string; payload: string };
export type StoredOperation = { arn: string; operation: Operation; side: ServiceSide };

/** How an execution or a chained invoke ended. */
export type Ending =
  | { status: 'SUCCEEDED'; result: string | undefined }
  | { status: 'FAILED' | 'TIMED_OUT' | 'STOPPED'; error: ErrorObject };

/** One line of GetDurableExecutionHistory, counted from 1 in each execution; `type` and `details` are the API's EventType and its details object. */
export type HistoryEvent = {
  number: number;
  atMs: number;
  type: string;
  operation: {
    id?: string | undefined;
    parentId?: string | undefined;
    name?: string | undefined;
    subType?: string | undefined;
  };
  details: { readonly [key: string]: unknown };
};

const finalStatuses: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'CANCELLED', 'STOPPED']);

/** True once an operation can never change again. */
export function isFinal(operation: Operation): boolean {
  return operation.Status !== undefined && finalStatuses.has(operation.Status);
}
