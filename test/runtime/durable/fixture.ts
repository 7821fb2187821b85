import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDurableExecution, type DurableContext } from '@aws/durable-execution-sdk-js';
import { onTestFinished } from 'vitest';
import { openDurable, type Durable, type DurableOptions } from '../../../src/runtime/durable/open.ts';
import type { Execution } from '../../../src/runtime/durable/model.ts';
import type { FunctionDefinition, Handler } from '../../../src/runtime/functions.ts';
import type { VirtualClock } from '../virtual-clock.ts';

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

/** Moves the clock by a second whenever the execution waits, until it has ended. */
export async function runThrough(
  { durable, until }: TestDurable,
  clock: VirtualClock,
  arn: string,
): Promise<Execution> {
  const hasEnded = (): boolean => durable.execution(arn).status !== 'RUNNING';
  while (!hasEnded()) {
    await until(() => hasEnded() || isSuspended(durable, arn));
    if (!hasEnded()) clock.move(1000);
  }
  return durable.execution(arn);
}
