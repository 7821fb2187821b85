import { withDurableExecution } from '@aws/durable-execution-sdk-js';
import {
  LocalDurableTestRunner,
  WaitingOperationStatus,
  type DurableOperation,
} from '@aws/durable-execution-sdk-js-testing';
import { errorText, operationTree, shortened, type Played, type Told } from './operation-tree.ts';
import type { Answer, Scenario } from './scenarios/scenario.ts';

type Setup = Parameters<typeof LocalDurableTestRunner.setupTestEnvironment>[0];

/** Runs something on the testing SDK of AWS, which replaces the process's timers meanwhile and skips what they wait for. */
export function inSkippedTime(run: () => Promise<void>): Promise<void> {
  return withReference({ skipTime: true }, run);
}

/** Runs something on the testing SDK of AWS where nothing becomes due meanwhile. */
export function inRealTime(run: () => Promise<void>): Promise<void> {
  return withReference({}, run);
}

async function withReference(setup: Setup, run: () => Promise<void>): Promise<void> {
  await LocalDurableTestRunner.setupTestEnvironment(setup);
  try {
    await run();
  } finally {
    await LocalDurableTestRunner.teardownTestEnvironment();
  }
}

/** Plays a scenario on the testing SDK of AWS. Only the timeouts of callbacks take real time there. */
export async function playReference(scenario: Scenario): Promise<Played> {
  const { body, answers = [], plain = {}, durable = {} } = scenario;
  const runner = new LocalDurableTestRunner<unknown>({ handlerFunction: withDurableExecution(body) });
  for (const [name, handler] of Object.entries(plain)) {
    runner.registerFunction(name, async (event: unknown) => handler(event));
  }
  for (const [name, child] of Object.entries(durable))
    runner.registerDurableFunction(name, withDurableExecution(child));
  const running = runner.run({ payload: {} });
  const asked = new Set<string>();
  for (const answer of answers) {
    const operation = runner.getOperation(answer.to);
    if (!asked.has(answer.to)) await untilAsked(operation);
    asked.add(answer.to);
    await give(operation, answer);
  }
  const run = await running;
  const result = run.getStatus() === 'SUCCEEDED' ? JSON.stringify(run.getResult()) : undefined;
  const { errorType: ErrorType, errorMessage: ErrorMessage, errorData: ErrorData } = failure(run) ?? {};
  const error = run.getStatus() === 'SUCCEEDED' ? undefined : { ErrorType, ErrorMessage, ErrorData };
  return {
    status: run.getStatus(),
    result: shortened(result),
    error: errorText(error),
    tree: operationTree(run.getOperations().map(told)),
  };
}

type Failure = { errorType: string | undefined; errorMessage: string | undefined; errorData: string | undefined };

function failure(run: { getStatus(): string | undefined; getError(): Failure }): Failure | undefined {
  return run.getStatus() === 'SUCCEEDED' ? undefined : run.getError();
}

/** A callback made by itself is never SUBMITTED; a wait for one is, once its question has been asked. */
async function untilAsked(operation: DurableOperation): Promise<void> {
  const submitted = operation.waitForData(WaitingOperationStatus.SUBMITTED);
  submitted.catch(() => undefined);
  await operation.waitForData(WaitingOperationStatus.STARTED);
  if (operation.isWaitForCallback()) await submitted;
}

async function give(operation: DurableOperation, answer: Answer): Promise<void> {
  if ('succeed' in answer) await operation.sendCallbackSuccess(answer.succeed);
  else if ('fail' in answer) await operation.sendCallbackFailure(answer.fail);
  else await operation.sendCallbackHeartbeat();
}

function told(operation: DurableOperation): Told {
  const events = (operation.getEvents() ?? []).map(({ EventType }) => EventType ?? '');
  return { operation: operation.getOperationData() ?? Object(undefined), events };
}
