import { randomUUID } from 'node:crypto';
import type { DurableExecutionClient, ErrorObject } from '@aws/durable-execution-sdk-js';
import { DurableExecutionInvocationInputWithClient } from '@aws/durable-execution-sdk-js';
import type { FunctionDefinition } from '../functions.ts';
import { callHandler, invocationError } from '../invocation.ts';
import { iso } from './apply.ts';
import type { Engine } from './engine.ts';
import { finishExecution } from './executions.ts';
import { outcome } from './history.ts';
import type { Execution } from './model.ts';
import { statePage } from './page.ts';

const FIRST_BACK_OFF_MS = 500;
const LONGEST_BACK_OFF_MS = 60_000;

/** Runs the invocations of executions: one at a time for each, as soon as there is something new to look at. */
export function createDriver(engine: Engine, client: DurableExecutionClient) {
  const running = new Set<string>();
  async function drive(arn: string): Promise<void> {
    if (engine.phase() !== 'open' || running.has(arn)) return;
    const execution = engine.store.executions.find(arn);
    const definition = engine.functions.get(execution?.functionName ?? '');
    if (execution?.status !== 'RUNNING' || definition?.durable === undefined) return;
    if (execution.notBeforeMs > engine.clock.now()) return;
    running.add(arn);
    const startedMs = engine.clock.now();
    const result = await invoke(engine, client, definition, execution);
    running.delete(arn);
    if (engine.phase() === 'closed') return;
    const again = settle(engine, execution, result, startedMs);
    engine.changed(arn);
    engine.arm();
    if (again) engine.wake(arn);
  }
  return { drive, count: () => running.size };
}

/** PENDING suspends the execution; `broke` is an invocation that did not answer, which is repeated later. */
type InvocationResult =
  | { status: 'SUCCEEDED'; result: string | undefined }
  | { status: 'FAILED'; error: ErrorObject }
  | { status: 'PENDING' }
  | { status: 'broke'; error: ErrorObject };

async function invoke(
  engine: Engine,
  client: DurableExecutionClient,
  definition: FunctionDefinition,
  { arn }: Execution,
): Promise<InvocationResult> {
  const { store, clock } = engine;
  const token = randomUUID();
  store.executions.begin(arn, token);
  const updated = store.operations.takeChanged(arn).map((operation) => operation.Id);
  // The SDK asks for the further pages.
  const state = statePage(store.operations.list(arn));
  const input = { DurableExecutionArn: arn, CheckpointToken: token, InitialExecutionState: state };
  const event = new DurableExecutionInvocationInputWithClient(input, client);
  // The constructor does not take these over, but the SDK reads them from the event.
  Object.assign(event, { UpdatedOperationIds: updated });
  try {
    return readOutput(await callHandler(definition, event, clock));
  } catch (thrown) {
    const { errorType, errorMessage } = invocationError(thrown);
    return { status: 'broke', error: { ErrorType: errorType, ErrorMessage: errorMessage } };
  }
}

function readOutput(output: unknown): InvocationResult {
  const { Status, Result, Error: error }: { Status?: unknown; Result?: unknown; Error?: unknown } = Object(output);
  if (Status === 'PENDING') return { status: 'PENDING' };
  if (Status === 'SUCCEEDED') return { status: 'SUCCEEDED', result: typeof Result === 'string' ? Result : undefined };
  if (Status === 'FAILED') return { status: 'FAILED', error: Object(error) };
  return {
    status: 'broke',
    error: { ErrorType: 'Runtime.InvalidOutput', ErrorMessage: 'not the output of a durable handler' },
  };
}

/** Writes down how an invocation ended; true when another one is due at once. */
function settle(engine: Engine, { arn, failures }: Execution, result: InvocationResult, startedMs: number): boolean {
  const { store, clock } = engine;
  const error = result.status === 'broke' ? result.error : undefined;
  const times = { StartTimestamp: iso(startedMs), EndTimestamp: iso(clock.now()) };
  const details = { ...times, RequestId: randomUUID(), ...outcome(undefined, error) };
  store.history.add(arn, { atMs: clock.now(), type: 'InvocationCompleted', operation: {}, details });
  switch (result.status) {
    case 'PENDING':
      return store.executions.suspend(arn);
    case 'broke':
      store.executions.backOff(arn, clock.now() + backOffMs(failures));
      return false;
    case 'SUCCEEDED':
    case 'FAILED':
      finishExecution(engine, arn, result);
      return false;
  }
}

/** Doubling from half a second to a minute. */
export function backOffMs(failures: number): number {
  return Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(failures, 10));
}
