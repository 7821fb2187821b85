import { expect, test } from 'vitest';
import type { FunctionDefinition } from '../../../src/runtime/functions.ts';
import { virtualClock } from '../virtual-clock.ts';
import { durableFunction, isSuspended, open, plainFunction, runThrough, story, type TestDurable } from './fixture.ts';
import { seen, workflow } from './scenarios/scenario.ts';

// The testing SDK of AWS has no execution timeout, no stop and no retention ("TODO: add execution timeout" in its server).

const stalled = Promise.withResolvers<never>().promise;
const asking = durableFunction(
  'asking',
  workflow(async (context) => {
    await context.promise.allSettled<unknown>([
      context.wait('pause', { seconds: 30 }),
      context.waitForCallback('confirm', async () => undefined, { timeout: { seconds: 60 } }),
    ]);
  }),
);
const parent = durableFunction(
  'parent',
  workflow((context) => context.invoke('call', 'asking:durable', {}).catch(seen)),
);

function started(functions: readonly FunctionDefinition[], name: string) {
  const clock = virtualClock('2026-03-01T02:00:00Z');
  const backend = open(functions, { clock });
  return { ...backend, clock, arn: backend.durable.start({ functionName: name, payload: '{}' }) };
}

function childOf({ durable }: TestDurable, arn: string): string {
  return durable.executions().find((execution) => execution.parent?.arn === arn)?.arn ?? '';
}

/** Waits until the function that was invoked waits itself. */
async function childWaits({ durable, until, arn }: TestDurable & { arn: string }): Promise<void> {
  const child = () => durable.executions().find((execution) => execution.parent?.arn === arn);
  await until(() => child()?.phase === 'waiting');
}

function callbackOf({ durable }: TestDurable, arn: string): string {
  return durable.operations(arn).find(({ Type }) => Type === 'CALLBACK')?.CallbackDetails?.CallbackId ?? '';
}

test('a stopped execution stays as it was: nothing fires, nobody answers, nobody stops it again', async () => {
  const run = started([asking], 'asking');
  const { durable, arn, clock } = run;
  await run.until(() => isSuspended(durable, arn));
  durable.stop(arn, { ErrorType: 'Operator', ErrorMessage: 'not now' });
  const { endedMs } = durable.execution(arn);
  const before = durable.operations(arn);
  const other = durable.start({ functionName: 'asking', payload: '{}' });
  await run.until(() => isSuspended(durable, other));
  clock.move(120_000);
  durable.stop(arn, { ErrorMessage: 'again' });
  expect(durable.execution(arn)).toMatchObject({ status: 'STOPPED', endedMs, error: { ErrorMessage: 'not now' } });
  expect(durable.operations(arn)).toEqual(before);
  expect(story(durable, arn).at(-1)).toBe('ExecutionStopped');
  for (const touch of [durable.callbacks.succeed, durable.callbacks.fail, durable.callbacks.heartbeat]) {
    expect(() => touch(callbackOf(run, arn))).toThrow(expect.objectContaining({ name: 'CallbackTimeoutException' }));
  }
});

test('an invocation that runs while its execution is stopped cannot write any more', async () => {
  const gate = Promise.withResolvers<string>();
  const held = durableFunction(
    'held',
    workflow((context) => context.step('held', () => gate.promise)),
  );
  const { durable, until, arn } = started([held], 'held');
  await until(() => story(durable, arn).includes('StepStarted held'));
  durable.stop(arn);
  gate.resolve('late');
  await until(() => story(durable, arn).includes('InvocationCompleted'));
  expect(story(durable, arn)).not.toContain('StepSucceeded held');
  expect(durable.execution(arn)).toMatchObject({ status: 'STOPPED', result: undefined });
});

test('an invocation that runs past the execution timeout cannot write any more', async () => {
  const gate = Promise.withResolvers<string>();
  const held = durableFunction(
    'held',
    workflow((context) => context.step('held', () => gate.promise)),
  );
  const limits = { timeoutSeconds: 900, durable: { executionTimeoutSeconds: 30, retentionDays: 1 } };
  const { durable, until, arn, clock } = started([{ ...held, ...limits }], 'held');
  await until(() => story(durable, arn).includes('StepStarted held'));
  clock.move(30_000);
  expect(durable.execution(arn).status).toBe('TIMED_OUT');
  gate.resolve('late');
  await until(() => story(durable, arn).includes('InvocationCompleted'));
  expect(story(durable, arn)).not.toContain('StepSucceeded held');
});

test('who invoked a durable function hears that it was stopped', async () => {
  const run = started([parent, asking], 'parent');
  const { durable, arn } = run;
  await childWaits(run);
  durable.stop(childOf(run, arn), { ErrorType: 'Operator', ErrorMessage: 'not now' });
  const { result } = await durable.finished(arn);
  expect(JSON.parse(result ?? '')).toMatchObject({ errorType: 'InvokeError', message: 'not now' });
  expect(story(durable, arn)).toContain('ChainedInvokeStopped call');
});

test('who invoked a durable function hears that it timed out', async () => {
  const short = { ...asking, durable: { executionTimeoutSeconds: 5, retentionDays: 1 } };
  const run = started([parent, short], 'parent');
  const { durable, arn } = run;
  await childWaits(run);
  const { result } = await runThrough(run, run.clock, arn);
  expect(JSON.parse(result ?? '')).toMatchObject({
    errorType: 'InvokeError',
    message: expect.stringContaining('timeout'),
  });
  expect(story(durable, arn)).toContain('ChainedInvokeTimedOut call');
});

test('who invoked a plain function hears that it timed out', async () => {
  const caller = durableFunction(
    'caller',
    workflow((context) => context.invoke('call', 'stuck', {}).catch(seen)),
  );
  let called = false;
  const stuck = plainFunction('stuck', () => ((called = true), stalled), 3);
  const { durable, until, arn, clock } = started([caller, stuck], 'caller');
  await until(() => called && isSuspended(durable, arn));
  clock.move(3000);
  const { result } = await durable.finished(arn);
  expect(JSON.parse(result ?? '')).toMatchObject({
    errorType: 'InvokeError',
    message: expect.stringContaining('Task timed out after 3.00 seconds'),
  });
  expect(durable.operations(arn)).toContainEqual(
    expect.objectContaining({
      Status: 'FAILED',
      ChainedInvokeDetails: { Error: expect.objectContaining({ ErrorType: 'Sandbox.Timedout' }) },
    }),
  );
});

test('a durable function goes on when its caller is stopped', async () => {
  const run = started([parent, asking], 'parent');
  const { durable, arn } = run;
  await childWaits(run);
  durable.stop(arn);
  durable.callbacks.succeed(callbackOf(run, childOf(run, arn)));
  expect(await runThrough(run, run.clock, childOf(run, arn))).toMatchObject({ status: 'SUCCEEDED' });
  expect(durable.execution(arn).status).toBe('STOPPED');
});

test('a durable function is not invoked by its bare name', async () => {
  const caller = durableFunction(
    'caller',
    workflow((context) => context.invoke('call', 'asking', {}).catch(seen)),
  );
  const { durable, arn } = started([caller, asking], 'caller');
  const { result } = await durable.finished(arn);
  expect(JSON.parse(result ?? '')).toMatchObject({ message: 'asking is durable: its alias or version is missing' });
});

test('after the retention its name is free, and its callbacks are forgotten', async () => {
  const clock = virtualClock('2026-03-01T02:00:00Z');
  const run = open([asking], { clock });
  const { durable } = run;
  const arn = durable.start({ functionName: 'asking', payload: '{"a":1}', name: 'incident-1' });
  await run.until(() => isSuspended(durable, arn));
  durable.stop(arn);
  const callbackId = callbackOf(run, arn);
  clock.move(14 * 86_400_000 - 1);
  expect(() => durable.start({ functionName: 'asking', payload: '{"a":2}', name: 'incident-1' })).toThrow(
    expect.objectContaining({ name: 'DurableExecutionAlreadyStartedException' }),
  );
  clock.move(1);
  expect(() => durable.execution(arn)).toThrow(expect.objectContaining({ name: 'ResourceNotFoundException' }));
  expect(() => durable.callbacks.succeed(callbackId)).toThrow(
    expect.objectContaining({ name: 'InvalidParameterValueException' }),
  );
  expect(durable.start({ functionName: 'asking', payload: '{"a":2}', name: 'incident-1' })).not.toBe(arn);
});

test('a heartbeat for a callback that asked for none is refused', async () => {
  const run = started([asking], 'asking');
  await run.until(() => isSuspended(run.durable, run.arn));
  expect(() => run.durable.callbacks.heartbeat(callbackOf(run, run.arn))).toThrow(/no heartbeat timeout/);
});
