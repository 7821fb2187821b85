import type { OperationUpdate } from '@aws/durable-execution-sdk-js';
import { expect, test } from 'vitest';
import { durableFunction, open } from './fixture.ts';
import { sayTo, sendHere } from './raw-client.ts';

// Lambda API reference: API_OperationUpdate, API_WaitOptions, API_StepOptions, API_CallbackOptions.

const wait = (WaitSeconds: number): Partial<OperationUpdate> => ({ Type: 'WAIT', WaitOptions: { WaitSeconds } });
const retry = (NextAttemptDelaySeconds: number): Partial<OperationUpdate> => ({
  Action: 'RETRY',
  StepOptions: { NextAttemptDelaySeconds },
});
const callback = (CallbackOptions: OperationUpdate['CallbackOptions']): Partial<OperationUpdate> => ({
  Type: 'CALLBACK',
  CallbackOptions,
});
const result = (sizeBytes: number): Partial<OperationUpdate> => ({
  Action: 'SUCCEED',
  Name: 'report',
  Payload: 'x'.repeat(sizeBytes),
});

const pause = 'it is a whole number from 1 to 31622400';
const patience = 'it is a whole number from 0 to 99999999';

test.for<[string, Partial<OperationUpdate>, string]>([
  ['a wait of a second', wait(1), 'accepted'],
  ['a wait of 366 days', wait(366 * 86_400), 'accepted'],
  ['a wait of nothing', wait(0), `WaitSeconds is 0; ${pause}`],
  ['a wait over 366 days', wait(366 * 86_400 + 1), `WaitSeconds is 31622401; ${pause}`],
  ['a wait of half a second', wait(0.5), `WaitSeconds is 0.5; ${pause}`],
  ['a retry after a second', retry(1), 'accepted'],
  ['a retry at once', retry(0), `NextAttemptDelaySeconds is 0; ${pause}`],
  ['a retry after 366 days', retry(366 * 86_400 + 1), `NextAttemptDelaySeconds is 31622401; ${pause}`],
  ['a callback without timeouts', callback({ TimeoutSeconds: 0, HeartbeatTimeoutSeconds: 0 }), 'accepted'],
  ['a callback with a negative timeout', callback({ TimeoutSeconds: -1 }), `TimeoutSeconds is -1; ${patience}`],
  [
    'a callback with an endless heartbeat',
    callback({ HeartbeatTimeoutSeconds: 100_000_000 }),
    `HeartbeatTimeoutSeconds is 100000000; ${patience}`,
  ],
  ['a name of 256 characters', { Name: 'n'.repeat(256) }, 'accepted'],
  ['a name of 257', { Name: 'n'.repeat(257) }, 'an operation name has 1 to 256 printable ASCII characters'],
  ['an empty name', { Name: '' }, 'an operation name has 1 to 256 printable ASCII characters'],
  ['a name in Greek', { Name: 'αβγ' }, 'an operation name has 1 to 256 printable ASCII characters'],
  ['an id of 64 characters', { Id: 'i'.repeat(64) }, 'accepted'],
  ['an id of 65', { Id: 'i'.repeat(65) }, 'an operation id has 1 to 64 of A-Z a-z 0-9 _ -'],
  ['an id with a dot', { Id: 'a.b' }, 'an operation id has 1 to 64 of A-Z a-z 0-9 _ -'],
  ['a result of 1 MB', result(1024 * 1024), 'accepted'],
  ['a result over 1 MB', result(1024 * 1024 + 1), 'payload of report is over 1 MB'],
])('%s', async ([, update, said]) => {
  expect(await sayTo(update)).toBe(said);
});

test('250 updates are taken in one checkpoint, and 251 are not', async () => {
  const steps = (count: number): OperationUpdate[] =>
    Array.from({ length: count }, (_none, index) => ({ Id: `{id}-${index}`, Type: 'STEP', Action: 'START' }));
  expect(await sendHere([steps(250), steps(251)])).toEqual(['accepted', 'more than 250 updates in one checkpoint']);
});

test('a refused batch leaves nothing of itself, and its token is still good', async () => {
  const good: OperationUpdate = { Id: '{id}', Type: 'STEP', Action: 'START' };
  const bad: OperationUpdate = { Id: '{id}-2', Type: 'WAIT', Action: 'START', WaitOptions: { WaitSeconds: 0 } };
  expect(await sendHere([[good, bad], [good]])).toEqual([`WaitSeconds is 0; ${pause}`, 'accepted']);
});

test('a step result over 1 MB fails the execution', async () => {
  const big = durableFunction('big', async (_event, context) =>
    context.step('report', async () => 'x'.repeat(1024 * 1024)),
  );
  const { durable } = open([big]);
  const { status, error } = await durable.finished(durable.start({ functionName: 'big', payload: '{}' }));
  expect({ status, message: error?.ErrorMessage }).toEqual({
    status: 'FAILED',
    message: expect.stringContaining('payload of report is over 1 MB'),
  });
});

test.for(['a', 'A-b_9', 'x'.repeat(64)])('an execution may be called "%s"', async (name) => {
  const { durable } = open([durableFunction('echo', async (event) => event)]);
  const arn = durable.start({ functionName: 'echo', payload: '{}', name });
  expect(arn).toMatch(
    /^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:echo:\$LATEST\/durable-execution\/[A-Za-z0-9_-]+\/[A-Za-z0-9_-]+$/,
  );
  expect(await durable.finished(arn)).toMatchObject({ name, status: 'SUCCEEDED' });
});
