import { StepSemantics, type StepConfig } from '@aws/durable-execution-sdk-js';
import { expect, test } from 'vitest';
import { virtualClock } from '../virtual-clock.ts';
import { durableFunction, isSuspended, open, runThrough, story } from './fixture.ts';
import { everySecond, never, seen } from './scenarios/scenario.ts';

// The testing SDK of AWS has no invocations that are cut off; what the SDK does then stands in its step handler.

const once = StepSemantics.AtMostOncePerRetry;

/** Cuts off the first invocation in the middle of its step, and plays the rest. */
async function cutOff(config: StepConfig<unknown>): Promise<{ result: unknown; effects: number; told: string[] }> {
  const clock = virtualClock('2026-03-01T02:00:00Z');
  let effects = 0;
  const acting = Promise.withResolvers<void>();
  const actor = durableFunction(
    'acting',
    async (_event, context) => {
      const act = async (): Promise<unknown> => {
        effects += 1;
        acting.resolve();
        return effects === 1 ? Promise.withResolvers<never>().promise : `effect ${effects}`;
      };
      return context.step('act', act, config).catch(seen);
    },
    { timeoutSeconds: 3 },
  );
  const backend = open([actor], { clock });
  const { durable, until } = backend;
  const arn = durable.start({ functionName: 'acting', payload: '{}' });
  await acting.promise;
  await until(() => story(durable, arn).includes('StepStarted act'));
  clock.move(3000);
  await until(() => durable.execution(arn).failures === 1);
  clock.move(500);
  await until(() => durable.execution(arn).status !== 'RUNNING' || isSuspended(durable, arn));
  const { result } = await runThrough(backend, clock, arn);
  const told = story(durable, arn).filter((line) => line.startsWith('Step'));
  return { result: JSON.parse(result ?? 'null'), effects, told };
}

test('an at-least-once step that was cut off runs again, as the same attempt', async () => {
  expect(await cutOff({ retryStrategy: never })).toEqual({
    result: 'effect 2',
    effects: 2,
    told: ['StepStarted act', 'StepSucceeded act'],
  });
});

test('an at-most-once step that was cut off does not run again, and its error says so', async () => {
  expect(await cutOff({ semantics: once, retryStrategy: never })).toEqual({
    result: {
      name: 'StepError',
      message: expect.stringContaining('due to an interruption'),
      errorType: 'StepError',
      cause: { name: 'StepInterruptedError', message: expect.stringContaining('due to an interruption') },
    },
    effects: 1,
    told: ['StepStarted act', 'StepFailed act'],
  });
});

test('an at-most-once step with a retry strategy runs at most once for each of its attempts', async () => {
  expect(await cutOff({ semantics: once, retryStrategy: everySecond })).toEqual({
    result: 'effect 2',
    effects: 2,
    told: ['StepStarted act', 'StepFailed act', 'StepStarted act', 'StepSucceeded act'],
  });
});

test('what is not the output of a durable handler is a broken invocation, until the execution times out', async () => {
  const clock = virtualClock('2026-03-01T02:00:00Z');
  const broken = { ...durableFunction('broken', async () => undefined), handler: async () => ({ statusCode: 200 }) };
  const short = { ...broken, durable: { executionTimeoutSeconds: 10, retentionDays: 1 } };
  const { durable, until } = open([short], { clock });
  const arn = durable.start({ functionName: 'broken', payload: '{}' });
  for (const [failures, pauseMs] of [
    [1, 500],
    [2, 1000],
    [3, 2000],
    [4, 4000],
  ] as const) {
    await until(() => durable.execution(arn).failures === failures);
    expect(durable.execution(arn).notBeforeMs - clock.now()).toBe(pauseMs);
    clock.move(pauseMs);
  }
  await until(() => durable.execution(arn).failures === 5);
  clock.move(2500);
  expect(durable.execution(arn).status).toBe('TIMED_OUT');
  const { details } = durable.history(arn).find(({ type }) => type === 'InvocationCompleted') ?? {};
  expect(details).toMatchObject({ Error: { Payload: { ErrorType: 'Runtime.InvalidOutput' } } });
});
