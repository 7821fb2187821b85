import { expect, test } from 'vitest';
import { virtualClock } from '../virtual-clock.ts';
import { durableFunction, isSuspended, open, plainFunction, runThrough, story } from './fixture.ts';

const echo = durableFunction('echo', async (event, context) => context.step('say', async () => event));
const asking = durableFunction('asking', async (_event, context) => {
  const wait = { timeout: { seconds: 60 }, heartbeatTimeout: { seconds: 10 } };
  return context.waitForCallback('confirm', async () => undefined, wait);
});

function callbackOf(
  operations: readonly { CallbackDetails?: { CallbackId?: string | undefined } | undefined }[],
): string {
  return operations.find(({ CallbackDetails }) => CallbackDetails !== undefined)?.CallbackDetails?.CallbackId ?? '';
}

test('the same name with the same payload is the same execution, also after it ended', async () => {
  const { durable } = open([echo]);
  const request = { functionName: 'echo', payload: '{"a":1}', name: 'health-1' };
  const arn = durable.start(request);
  await durable.finished(arn);
  expect(durable.start(request)).toBe(arn);
  expect(durable.executions('echo')).toHaveLength(1);
});

test('the same name with another payload is refused', () => {
  const { durable } = open([echo]);
  durable.start({ functionName: 'echo', payload: '{"a":1}', name: 'health-1' });
  expect(() => durable.start({ functionName: 'echo', payload: '{"a":2}', name: 'health-1' })).toThrow(
    expect.objectContaining({ name: 'DurableExecutionAlreadyStartedException' }),
  );
});

test.for(['', 'a b', 'x'.repeat(65)])('the name "%s" is refused', (name) => {
  const { durable } = open([echo]);
  expect(() => durable.start({ functionName: 'echo', payload: '{}', name })).toThrow(/1 to 64/);
});

test('an execution that is stopped cannot be answered any more', async () => {
  const { durable, until } = open([asking]);
  const arn = durable.start({ functionName: 'asking', payload: '{}' });
  await until(() => isSuspended(durable, arn));
  durable.stop(arn, { ErrorType: 'Operator', ErrorMessage: 'not now' });
  expect(durable.execution(arn)).toMatchObject({ status: 'STOPPED', error: { ErrorMessage: 'not now' } });
  expect(() => durable.callbacks.succeed(callbackOf(durable.operations(arn)))).toThrow(
    expect.objectContaining({ name: 'CallbackTimeoutException' }),
  );
});

test('an execution ends as TIMED_OUT at its execution timeout', async () => {
  const clock = virtualClock('2026-03-01T02:00:00Z');
  const short = { ...asking, durable: { executionTimeoutSeconds: 5, retentionDays: 1 } };
  const { durable, until } = open([short], { clock });
  const arn = durable.start({ functionName: 'asking', payload: '{}' });
  await until(() => isSuspended(durable, arn));
  clock.move(4999);
  expect(durable.execution(arn).status).toBe('RUNNING');
  clock.move(1);
  expect(durable.execution(arn).status).toBe('TIMED_OUT');
});

test('an ended execution and its history are purged after the retention period', async () => {
  const clock = virtualClock('2026-03-01T02:00:00Z');
  const { durable } = open([echo], { clock });
  const arn = durable.start({ functionName: 'echo', payload: '{}' });
  await durable.finished(arn);
  clock.move(14 * 86_400_000 - 1);
  expect(durable.history(arn).length).toBeGreaterThan(2);
  clock.move(1);
  expect(durable.executions()).toEqual([]);
});

test('the history tells the steps in order', async () => {
  const { durable } = open([echo]);
  const arn = durable.start({ functionName: 'echo', payload: '{}', name: 'run-1' });
  await durable.finished(arn);
  const steps = [
    'ExecutionStarted run-1',
    'StepStarted say',
    'StepSucceeded say',
    'InvocationCompleted',
    'ExecutionSucceeded',
  ];
  expect(story(durable, arn)).toEqual(steps);
});

test('a heartbeat keeps a callback open, and a missed one closes it', async () => {
  const clock = virtualClock('2026-03-01T02:00:00Z');
  const backend = open([asking], { clock });
  const { durable } = backend;
  const arn = durable.start({ functionName: 'asking', payload: '{}' });
  await backend.until(() => isSuspended(durable, arn));
  const id = callbackOf(durable.operations(arn));
  clock.move(9000);
  durable.callbacks.heartbeat(id);
  clock.move(9000);
  expect(durable.execution(arn).phase).toBe('waiting');
  clock.move(1000);
  expect(await runThrough(backend, clock, arn)).toMatchObject({ status: 'FAILED' });
  expect(story(durable, arn)).toContain('CallbackTimedOut');
  expect(() => durable.callbacks.heartbeat(id)).toThrow(expect.objectContaining({ name: 'CallbackTimeoutException' }));
});

test('heartbeats do not move the timeout of the callback itself', async () => {
  const clock = virtualClock('2026-03-01T02:00:00Z');
  const backend = open([asking], { clock });
  const { durable } = backend;
  const arn = durable.start({ functionName: 'asking', payload: '{}' });
  await backend.until(() => isSuspended(durable, arn));
  const id = callbackOf(durable.operations(arn));
  for (let beat = 0; beat < 11; beat += 1) {
    clock.move(5000);
    durable.callbacks.heartbeat(id);
  }
  clock.move(5000);
  expect(await runThrough(backend, clock, arn)).toMatchObject({ status: 'FAILED' });
});

test('a callback is answered once', async () => {
  const { durable, until } = open([asking]);
  const arn = durable.start({ functionName: 'asking', payload: '{}' });
  await until(() => isSuspended(durable, arn));
  const id = callbackOf(durable.operations(arn));
  durable.callbacks.succeed(id, 'yes');
  expect(() => durable.callbacks.fail(id)).toThrow(expect.objectContaining({ name: 'CallbackTimeoutException' }));
  expect(await durable.finished(arn)).toMatchObject({ status: 'SUCCEEDED', result: '"yes"' });
});

test('a chained invoke calls plain and durable functions and carries their errors', async () => {
  const parent = durableFunction('parent', async (event, context) => {
    const plain = await context.invoke('call-plain', 'plain', event);
    const child = await context.invoke('call-child', 'echo:durable', { n: 1 });
    const broken = await context.invoke('call-broken', 'broken', {}).catch((thrown: unknown) => String(thrown));
    const missing = await context.invoke('call-missing', 'missing', {}).catch((thrown: unknown) => String(thrown));
    return { plain, child, broken, missing };
  });
  const plain = plainFunction('plain', (event) => ({ got: event }));
  const broken = plainFunction('broken', () => Promise.reject(new RangeError('too far')));
  const { durable } = open([parent, echo, plain, broken]);
  const { result } = await durable.finished(durable.start({ functionName: 'parent', payload: '{"a":1}' }));
  expect(JSON.parse(result ?? '')).toEqual({
    plain: { got: { a: 1 } },
    child: { n: 1 },
    broken: expect.stringContaining('too far'),
    missing: expect.stringContaining('Function not found: missing'),
  });
});

test('nothing is idle while a timer of an execution runs, but waiting for a person is', async () => {
  const clock = virtualClock('2026-03-01T02:00:00Z');
  const waiting = durableFunction('waiting', async (_event, context) => {
    await context.wait('pause', { seconds: 5 });
    return context.waitForCallback('confirm', async () => undefined, { timeout: { hours: 1 } });
  });
  const { durable, until } = open([waiting], { clock });
  const arn = durable.start({ functionName: 'waiting', payload: '{}' });
  let idle = false;
  const becameIdle = durable.idle().then(() => (idle = true));
  await until(() => isSuspended(durable, arn));
  expect(idle).toBe(false);
  clock.move(5000);
  await becameIdle;
  expect(story(durable, arn)).toContain('CallbackStarted');
});
