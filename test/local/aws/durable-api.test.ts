import {
  CheckpointDurableExecutionCommand,
  GetDurableExecutionCommand,
  GetDurableExecutionHistoryCommand,
  GetDurableExecutionStateCommand,
  InvokeCommand,
  ListDurableExecutionsByFunctionCommand,
  SendDurableExecutionCallbackSuccessCommand,
  StopDurableExecutionCommand,
  type Event,
} from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { isSuspended, runThrough } from '../../runtime/durable/fixture.ts';
import { workflow, type Scenario } from '../../runtime/durable/scenarios/scenario.ts';
import { overHttp, type HttpStage } from './durable-over-http.ts';

// What the operations answer stands in the models of @aws-sdk/client-lambda; the texts in quotation marks are from there.

const FunctionName = 'scenario';
const everyKind: Scenario = {
  name: 'every kind of event',
  body: workflow(async (context) => {
    await context.step('plan', async () => 'secret plan');
    await context.wait('settle', { seconds: 30 });
    const limits = { timeout: { seconds: 60 }, heartbeatTimeout: { seconds: 20 } };
    const answer = await context.waitForCallback('approval', async () => undefined, limits).catch(() => 'nobody');
    return context.invoke('look', 'read', { answer });
  }),
  plain: { read: () => 'seen' },
};
const asking: Scenario = {
  name: 'asks',
  body: workflow((context) => context.waitForCallback('approval', async () => undefined)),
};

async function played(scenario: Scenario): Promise<HttpStage & { arn: string }> {
  const stage = await overHttp(scenario);
  const arn = await stage.start();
  await runThrough(stage, stage.clock, arn);
  return { ...stage, arn };
}

async function history({ lambda, arn }: { lambda: HttpStage['lambda']; arn: string }, options: object = {}) {
  return lambda.send(new GetDurableExecutionHistoryCommand({ DurableExecutionArn: arn, ...options }));
}

test('the history has data unless told otherwise, and every event the details of its type', async () => {
  const run = await played(everyKind);
  const { Events = [] } = await history(run);
  const find = (type: string): Event | undefined => Events.find(({ EventType }) => EventType === type);
  expect(Events.map(({ EventId }) => EventId)).toEqual(Events.map((_event, index) => index + 1));
  expect(find('StepSucceeded')?.StepSucceededDetails).toEqual({
    Result: { Payload: '"secret plan"' },
    RetryDetails: { CurrentAttempt: 1 },
  });
  const ScheduledEndTimestamp = new Date('2026-03-01T02:00:30Z');
  expect(find('WaitStarted')?.WaitStartedDetails).toEqual({ Duration: 30, ScheduledEndTimestamp });
  expect(find('WaitSucceeded')?.WaitSucceededDetails).toEqual({ Duration: 30 });
  expect(find('CallbackStarted')?.CallbackStartedDetails).toMatchObject({ Timeout: 60, HeartbeatTimeout: 20 });
  expect(find('CallbackTimedOut')?.CallbackTimedOutDetails?.Error?.Payload).toMatchObject({
    ErrorMessage: 'Callback timed out on heartbeat',
  });
  expect(find('ChainedInvokeStarted')?.ChainedInvokeStartedDetails).toEqual({
    FunctionName: 'read',
    Input: { Payload: '{"answer":"nobody"}' },
  });
  expect(find('ExecutionSucceeded')).toMatchObject({
    Id: find('ExecutionStarted')?.Id,
    ExecutionSucceededDetails: { Result: { Payload: '"seen"' } },
  });
  const invocation = find('InvocationCompleted')?.InvocationCompletedDetails;
  expect(invocation).toMatchObject({ StartTimestamp: expect.any(Date), EndTimestamp: expect.any(Date) });
});

test('the history without data names what happened and nothing of what was said', async () => {
  const run = await played(everyKind);
  const { Events = [] } = await history(run, { IncludeExecutionData: false });
  expect(Events.map(({ EventType }) => EventType)).toContain('StepSucceeded');
  expect(JSON.stringify(Events)).not.toMatch(/secret plan|nobody|seen/);
});

test('the history comes in pages, from either end', async () => {
  const run = await played(everyKind);
  const { Events: all = [], NextMarker: none } = await history(run);
  expect(none).toBeUndefined();
  const pages: Event[][] = [];
  let Marker: string | undefined;
  do {
    const { Events = [], NextMarker } = await history(run, { MaxItems: 4, Marker });
    pages.push(Events);
    Marker = NextMarker;
  } while (Marker !== undefined);
  expect(pages.length).toBe(Math.ceil(all.length / 4));
  expect(pages.flat()).toEqual(all);
  const { Events: newest = [] } = await history(run, { MaxItems: 1, ReverseOrder: true });
  expect(newest).toEqual(all.slice(-1));
});

test.for([{ MaxItems: 1001 }, { MaxItems: -1 }, { Marker: 'made-up' }])('a page of %o is refused', async (options) => {
  const run = await played(everyKind);
  await expect(history(run, options)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

test('"the default is 100", and 0 means the default', async () => {
  const many = workflow(async (context) => {
    for (let index = 0; index < 60; index += 1) await context.step(`step-${index}`, async () => index);
  });
  const run = await played({ name: 'many', body: many });
  for (const options of [{}, { MaxItems: 0 }]) {
    const { Events = [], NextMarker } = await history(run, options);
    expect({ length: Events.length, more: NextMarker !== undefined }).toEqual({ length: 100, more: true });
  }
});

test('executions are listed newest first, and by name, status and time of their start', async () => {
  const stage = await overHttp(asking);
  for (const name of ['a', 'b', 'c']) {
    const request = { FunctionName: 'scenario:$LATEST', InvocationType: 'Event' as const, Payload: '{}' };
    const { DurableExecutionArn = '' } = await stage.lambda.send(
      new InvokeCommand({ ...request, DurableExecutionName: name }),
    );
    await stage.until(() => isSuspended(stage.durable, DurableExecutionArn));
    if (name === 'b') await stage.lambda.send(new StopDurableExecutionCommand({ DurableExecutionArn }));
    stage.clock.move(60_000);
  }
  const list = async (options: object) => {
    const command = new ListDurableExecutionsByFunctionCommand({ FunctionName, ...options });
    const { DurableExecutions = [], NextMarker } = await stage.lambda.send(command);
    return [DurableExecutions.map((one) => one.DurableExecutionName).join(' '), NextMarker !== undefined];
  };
  const [first, third] = [new Date('2026-03-01T02:00:00Z'), new Date('2026-03-01T02:02:00Z')];
  expect(await list({})).toEqual(['c b a', false]);
  expect(await list({ ReverseOrder: true })).toEqual(['a b c', false]);
  expect(await list({ Statuses: ['STOPPED', 'FAILED'] })).toEqual(['b', false]);
  expect(await list({ DurableExecutionName: 'c' })).toEqual(['c', false]);
  expect(await list({ StartedAfter: first, StartedBefore: third })).toEqual(['b', false]);
  expect(await list({ MaxItems: 2 })).toEqual(['c b', true]);
  expect(await list({ MaxItems: 2, Marker: '2' })).toEqual(['a', false]);
});

test('an execution is described with its limits, and without data on request', async () => {
  const { lambda, arn: DurableExecutionArn } = await played(everyKind);
  const whole = await lambda.send(new GetDurableExecutionCommand({ DurableExecutionArn }));
  expect(whole).toMatchObject({
    Result: '"seen"',
    InputPayload: '{}',
    ExecutionDataIncluded: true,
    Version: '$LATEST',
    DurableConfig: { ExecutionTimeout: 86_400, RetentionPeriodInDays: 14 },
  });
  const bare = await lambda.send(new GetDurableExecutionCommand({ DurableExecutionArn, IncludeExecutionData: false }));
  expect(bare).toMatchObject({ Status: 'SUCCEEDED', ExecutionDataIncluded: false });
  expect([bare.Result, bare.InputPayload]).toEqual([undefined, undefined]);
});

test('an execution of more operations than a page goes on after a wait', async () => {
  let steps = 0;
  const many = workflow(async (context) => {
    for (let index = 0; index < 150; index += 1) await context.step(`step-${index}`, async () => (steps += 1));
    await context.wait('pause', { seconds: 1 });
    return context.step('last', async () => (steps += 1));
  });
  const { durable, arn } = await played({ name: 'many', body: many });
  expect(durable.execution(arn)).toMatchObject({ status: 'SUCCEEDED', result: '151' });
});

test('state comes in pages, for the token of the running invocation alone', async () => {
  const gate = Promise.withResolvers<void>();
  const stage = await overHttp({
    name: 'held',
    body: workflow(async (context) => {
      for (const name of ['one', 'two', 'three']) await context.step(name, async () => name);
      await context.step('held', () => gate.promise);
    }),
  });
  const DurableExecutionArn = await stage.start();
  await stage.until(() => stage.durable.operations(DurableExecutionArn).some(({ Name }) => Name === 'held'));
  const CheckpointToken = stage.durable.execution(DurableExecutionArn).token;
  const page = (options: object) =>
    stage.lambda.send(new GetDurableExecutionStateCommand({ DurableExecutionArn, CheckpointToken, ...options }));
  const first = await page({ MaxItems: 3 });
  const second = await page({ MaxItems: 3, Marker: first.NextMarker });
  const names = [...(first.Operations ?? []), ...(second.Operations ?? [])].map(({ Name, Type }) => Name ?? Type);
  expect(names).toEqual(['EXECUTION', 'one', 'two', 'three', 'held']);
  expect([first.Operations?.length, second.NextMarker]).toEqual([3, undefined]);
  await expect(page({ CheckpointToken: 'another' })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'Invalid Checkpoint Token',
  });
  gate.resolve();
  await stage.durable.finished(DurableExecutionArn);
});

test('a checkpoint that is sent again with its ClientToken gets the same answer; with another it is fenced off', async () => {
  const gate = Promise.withResolvers<void>();
  const stage = await overHttp({ name: 'held', body: workflow((context) => context.step('held', () => gate.promise)) });
  const DurableExecutionArn = await stage.start();
  await stage.until(() => stage.durable.operations(DurableExecutionArn).some(({ Name }) => Name === 'held'));
  const { token: CheckpointToken } = stage.durable.execution(DurableExecutionArn);
  const Updates = [{ Id: 'extra', Type: 'STEP' as const, Action: 'SUCCEED' as const, Payload: '1' }];
  const send = (ClientToken: string) =>
    stage.lambda.send(
      new CheckpointDurableExecutionCommand({ DurableExecutionArn, CheckpointToken, ClientToken, Updates }),
    );
  const first = await send('once');
  const again = await send('once');
  expect(again.CheckpointToken).toBe(first.CheckpointToken);
  expect(stage.durable.history(DurableExecutionArn).filter(({ operation }) => operation.id === 'extra')).toHaveLength(
    1,
  );
  await expect(send('twice')).rejects.toMatchObject({ message: 'Invalid Checkpoint Token' });
  gate.resolve();
});

test('a payload over 1 MB is refused for Event, one over 6 MB for RequestResponse', async () => {
  const { lambda } = await overHttp({ name: 'sized', body: async (event) => String(event['text']).length });
  const invoke = (InvocationType: 'Event' | 'RequestResponse', megabytes: number) => {
    const Payload = JSON.stringify({ text: 'x'.repeat(megabytes * 1024 * 1024) });
    return lambda.send(new InvokeCommand({ FunctionName: 'scenario:$LATEST', InvocationType, Payload }));
  };
  await expect(invoke('Event', 1)).rejects.toMatchObject({ name: 'RequestTooLargeException' });
  await expect(invoke('RequestResponse', 6)).rejects.toMatchObject({ name: 'RequestTooLargeException' });
  const { Payload } = await invoke('RequestResponse', 2);
  expect(Buffer.from(Payload ?? []).toString()).toBe(String(2 * 1024 * 1024));
});

test('the answer of a callback has 1 MB at most', async () => {
  const stage = await overHttp(asking);
  const arn = await stage.start();
  await stage.until(() => isSuspended(stage.durable, arn));
  const { CallbackDetails } = stage.durable.operations(arn).find(({ Type }) => Type === 'CALLBACK') ?? {};
  const send = (sizeBytes: number) =>
    stage.lambda.send(
      new SendDurableExecutionCallbackSuccessCommand({
        CallbackId: CallbackDetails?.CallbackId,
        Result: Buffer.alloc(sizeBytes, 'x'),
      }),
    );
  await expect(send(1024 * 1024 + 1)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  await send(1024 * 1024);
  const { result = '' } = await stage.durable.finished(arn);
  expect(result).toHaveLength(1024 * 1024 + 2);
});
