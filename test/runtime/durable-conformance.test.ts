import { withDurableExecution, type DurableLambdaHandler } from '@aws/durable-execution-sdk-js';
import { LocalDurableTestRunner, WaitingOperationStatus } from '@aws/durable-execution-sdk-js-testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Durable } from '../../src/runtime/durable/open.ts';
import { dataFile, durableFunction, isSuspended, open, runThrough, type TestDurable } from './durable/fixture.ts';
import { operationTree, type Flat, type Tree } from './durable/operation-tree.ts';
import { scenarios, type Scenario } from './durable/scenarios.ts';
import { virtualClock, type VirtualClock } from './virtual-clock.ts';

const reference = new Map<string, { tree: Tree; result: unknown }>();

/** The testing SDK replaces the process's timers while it runs, so all of it comes first. */
beforeAll(async () => {
  await LocalDurableTestRunner.setupTestEnvironment({ skipTime: true });
  for (const scenario of scenarios) reference.set(scenario.name, await runOnTestingSdk(scenario));
  await LocalDurableTestRunner.teardownTestEnvironment();
}, 60_000);
afterAll(() => reference.clear());

describe('the operation tree is the one of the testing SDK of AWS', () => {
  test.for(scenarios)('$name', async (scenario) => {
    const expected = reference.get(scenario.name);
    expect(expected?.tree).not.toEqual([]);
    expect(await runHere(scenario)).toEqual(expected);
  });
});

async function runOnTestingSdk({ body, answer }: Scenario): Promise<{ tree: Tree; result: unknown }> {
  const handler: DurableLambdaHandler = withDurableExecution(body);
  const runner = new LocalDurableTestRunner({ handlerFunction: handler });
  const running = runner.run({ payload: {} });
  if (answer !== undefined) {
    const names = ['approval', 'confirm'];
    const waiting = names.map((name) => runner.getOperation(name).waitForData(WaitingOperationStatus.SUBMITTED));
    await (await Promise.any(waiting)).sendCallbackSuccess(answer);
  }
  const run = await running;
  const operations = run.getOperations().map((operation): Flat => {
    const data = operation.getOperationData();
    return {
      id: data?.Id ?? '',
      parentId: data?.ParentId,
      type: data?.Type,
      subType: data?.SubType,
      name: data?.Name,
      status: data?.Status,
      attempt: data?.StepDetails?.Attempt,
    };
  });
  return { tree: operationTree(operations), result: run.getResult() };
}

/** A scenario with an answer is cut off while it waits for it, and goes on in a second backend on the same file. */
async function runHere(scenario: Scenario): Promise<{ tree: Tree; result: unknown }> {
  const functions = [durableFunction('scenario', scenario.body)];
  const options = { path: dataFile(), clock: virtualClock('2026-03-01T02:00:00Z') };
  const first = open(functions, options);
  const arn = first.durable.start({ functionName: 'scenario', payload: '{}' });
  if (scenario.answer === undefined) return treeOf(first, options.clock, arn);
  await first.until(() => isSuspended(first.durable, arn));
  while (openCallback(first.durable, arn) === undefined) {
    options.clock.move(1000);
    await first.until(() => isSuspended(first.durable, arn));
  }
  await first.durable.close(0);
  const second = open(functions, options);
  second.durable.callbacks.succeed(openCallback(second.durable, arn) ?? '', scenario.answer);
  return treeOf(second, options.clock, arn);
}

function openCallback(durable: Durable, arn: string): string | undefined {
  const waiting = durable.operations(arn).find(({ Type, Status }) => Type === 'CALLBACK' && Status === 'STARTED');
  return waiting?.CallbackDetails?.CallbackId;
}

async function treeOf(
  backend: TestDurable,
  clock: VirtualClock,
  arn: string,
): Promise<{ tree: Tree; result: unknown }> {
  const { durable } = backend;
  const { result } = await runThrough(backend, clock, arn);
  const operations = durable.operations(arn).filter(({ Type }) => Type !== 'EXECUTION');
  const flat = operations.map((operation): Flat => ({
    id: operation.Id,
    parentId: operation.ParentId,
    type: operation.Type,
    subType: operation.SubType,
    name: operation.Name,
    status: operation.Status,
    attempt: operation.StepDetails?.Attempt,
  }));
  return { tree: operationTree(flat), result: JSON.parse(result ?? 'null') };
}
