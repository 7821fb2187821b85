import { createHash, randomUUID } from 'node:crypto';
import { functionArn, type FunctionDefinition } from '../functions.ts';
import { iso } from './apply.ts';
import type { Engine } from './engine.ts';
import { outcome } from './history.ts';
import { settleChainedInvoke } from './chained-settle.ts';
import type { Ending, Execution, Operation } from './model.ts';
import { serviceError } from './service-error.ts';

export type StartRequest = {
  functionName: string;
  /** JSON text. */
  payload: string;
  /** The idempotency key; a random one when absent. */
  name?: string | undefined;
  parent?: Execution['parent'];
};

/**
 * Starts a durable execution and gives its ARN. The same name with the same payload is the same execution, also after it
 * ended. Throws `DurableExecutionAlreadyStartedException` for the same name with another payload.
 */
export function startExecution(engine: Engine, request: StartRequest): string {
  const { store, clock, functions } = engine;
  const definition = functions.get(request.functionName);
  if (definition?.durable === undefined) {
    throw serviceError('InvalidParameterValueException', `${request.functionName} is not a durable function`);
  }
  const name = request.name ?? randomUUID();
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
    throw serviceError('InvalidParameterValueException', 'a durable execution name has 1 to 64 of A-Z a-z 0-9 _ -');
  }
  const input = request.payload === '' ? '{}' : request.payload;
  const inputHash = createHash('sha256').update(input).digest('hex');
  const existing = store.executions.findByName(definition.name, name);
  if (existing !== undefined) return sameExecution(existing, inputHash);
  const arn = `${functionArn(definition.name)}:$LATEST/durable-execution/${name}/${randomUUID()}`;
  store.transaction(() =>
    insert(engine, definition, { arn, name, input, inputHash, parent: request.parent, nowMs: clock.now() }),
  );
  engine.changed(arn);
  engine.wake(arn);
  engine.arm();
  return arn;
}

function sameExecution(existing: Execution, inputHash: string): string {
  if (existing.inputHash === inputHash) return existing.arn;
  throw serviceError(
    'DurableExecutionAlreadyStartedException',
    `an execution named ${existing.name} exists with another payload`,
  );
}

type NewExecution = {
  arn: string;
  name: string;
  input: string;
  inputHash: string;
  parent: Execution['parent'];
  nowMs: number;
};

function insert(engine: Engine, definition: FunctionDefinition, row: NewExecution): void {
  const { arn, name, input, inputHash, parent, nowMs } = row;
  const { executionTimeoutSeconds = 0, retentionDays = 1 } = definition.durable ?? {};
  const deadlineMs = nowMs + executionTimeoutSeconds * 1000;
  const functionName = definition.name;
  engine.store.executions.insert({
    arn,
    functionName,
    name,
    input,
    inputHash,
    startedMs: nowMs,
    deadlineMs,
    retentionDays,
    parent,
  });
  const operation: Operation = {
    Id: randomUUID(),
    Type: 'EXECUTION',
    Status: 'STARTED',
    StartTimestamp: iso(nowMs),
    ExecutionDetails: { InputPayload: input },
  };
  engine.store.operations.put(arn, operation, {}, 'known');
  const details = { Input: { Payload: input }, ExecutionTimeout: executionTimeoutSeconds };
  engine.store.history.add(arn, {
    atMs: nowMs,
    type: 'ExecutionStarted',
    operation: { id: operation.Id, name },
    details,
  });
}

const endEvents = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  STOPPED: 'ExecutionStopped',
};

/** Ends an execution once, inside a transaction, and tells the chained invoke that waits for it. */
export function endExecution(engine: Engine, arn: string, ending: Ending): boolean {
  const { store, clock } = engine;
  if (!store.executions.finish(arn, ending, clock.now())) return false;
  const details = ending.status === 'SUCCEEDED' ? outcome(ending.result, undefined) : outcome(undefined, ending.error);
  store.history.add(arn, {
    atMs: clock.now(),
    type: endEvents[ending.status],
    operation: { id: store.operations.first(arn)?.Id },
    details,
  });
  const parent = store.executions.find(arn)?.parent;
  if (parent !== undefined) settleChainedInvoke(engine, parent.arn, parent.operationId, ending);
  return true;
}

/** Ends an execution from outside, with the reason; nothing happens when it has ended already. */
export function finishExecution(engine: Engine, arn: string, ending: Ending): void {
  engine.store.transaction(() => endExecution(engine, arn, ending));
  engine.changed(arn);
  const parent = engine.store.executions.find(arn)?.parent;
  if (parent !== undefined) engine.wake(parent.arn);
  engine.arm();
}
