import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDurableExecution, type DurableContext } from '@aws/durable-execution-sdk-js';
import { onTestFinished } from 'vitest';
import { openDurable, type Durable, type DurableOptions } from '../../../src/runtime/durable/open.ts';
import type { Execution, Operation } from '../../../src/runtime/durable/model.ts';
import { parseFunctionIdentifier, type FunctionDefinition, type Handler } from '../../../src/runtime/functions.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Scenario } from './scenarios/scenario.ts';

export type Body = (event: { readonly [key: string]: unknown }, context: DurableContext) => Promise<unknown>;

export function durableFunction(
  name: string,
  body: Body,
  limits: Partial<FunctionDefinition> = {},
): FunctionDefinition {
  const handler: Handler = withDurableExecution(body) as unknown as Handler;
  return {
    name,
    handler,
    timeoutSeconds: 60,
    durable: { executionTimeoutSeconds: 86_400, retentionDays: 14 },
    ...limits,
  };
}

export function plainFunction(
  name: string,
  handler: (event: unknown) => unknown,
  timeoutSeconds = 60,
): FunctionDefinition {
  return { name, handler: async (event) => handler(event), timeoutSeconds };
}

/** A backend of this test's own, and a way to await what it does. */
export type TestDurable = { durable: Durable; until(condition: () => boolean): Promise<void> };

export function dataFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'durable-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'durable.sqlite');
}

export function open(functions: readonly FunctionDefinition[], options: Partial<DurableOptions> = {}): TestDurable {
  const listeners = new Set<() => void>();
  const durable = openDurable({
    path: options.path ?? dataFile(),
    functions: new Map(functions.map((definition) => [definition.name, definition])),
    onChange: () => {
      for (const listener of listeners) listener();
    },
    ...options,
  });
  onTestFinished(() => durable.close(0));
  durable.recover();
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
    });
  return { durable, until };
}

/** The history of an execution as `StepStarted plan`. */
export function story(durable: Durable, arn: string): string[] {
  return durable.history(arn).map(({ type, operation }) => `${type} ${operation.name ?? ''}`.trimEnd());
}

/** True when the last invocation has ended and the execution waits. */
export function isSuspended(durable: Durable, arn: string): boolean {
  const { status, phase } = durable.execution(arn);
  return status === 'RUNNING' && phase === 'waiting';
}

/** True when only time, or somebody outside, can bring any execution on: no invocation and no chained invoke is under way. */
export function isQuiet(durable: Durable): boolean {
  const running = durable.executions().filter(({ status }) => status === 'RUNNING');
  const chained = running.flatMap(({ arn }) => durable.operations(arn)).filter(isOpenInvoke).length;
  const children = running.filter(({ parent }) => running.some(({ arn }) => arn === parent?.arn)).length;
  return running.every(({ phase }) => phase === 'waiting') && chained === children;
}

function isOpenInvoke({ Type, Status }: Operation): boolean {
  return Type === 'CHAINED_INVOKE' && Status === 'STARTED';
}

/** Moves the clock by a second whenever everything waits, until the execution has ended. */
export async function runThrough(
  { durable, until }: TestDurable,
  clock: VirtualClock,
  arn: string,
): Promise<Execution> {
  const hasEnded = (): boolean => durable.execution(arn).status !== 'RUNNING';
  while (!hasEnded()) {
    await until(() => hasEnded() || isQuiet(durable));
    if (!hasEnded()) clock.move(1000);
  }
  return durable.execution(arn);
}

/** The functions of a scenario; the one that is started is called `scenario`. */
export function functionsOf(
  { body, plain = {}, durable = {} }: Scenario,
  wrap = durableFunction,
): FunctionDefinition[] {
  return [
    wrap('scenario', body),
    ...Object.entries(plain).map(([identifier, handler]) => plainFunction(nameOf(identifier), handler)),
    ...Object.entries(durable).map(([identifier, child]) => wrap(nameOf(identifier), child)),
  ];
}

function nameOf(identifier: string): string {
  return parseFunctionIdentifier(identifier).name;
}
