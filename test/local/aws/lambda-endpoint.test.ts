import {
  GetDurableExecutionCommand,
  GetDurableExecutionHistoryCommand,
  InvokeCommand,
  LambdaClient,
  ListDurableExecutionsByFunctionCommand,
  SendDurableExecutionCallbackFailureCommand,
  SendDurableExecutionCallbackHeartbeatCommand,
  SendDurableExecutionCallbackSuccessCommand,
  StopDurableExecutionCommand,
  type InvokeCommandInput,
  type InvokeCommandOutput,
} from '@aws-sdk/client-lambda';
import {
  DurableExecutionApiClient,
  withDurableExecution,
  type DurableContext,
  type DurableExecutionInvocationInput,
} from '@aws/durable-execution-sdk-js';
import { expect, onTestFinished, test } from 'vitest';
import type { Handler } from '../../../src/runtime/functions.ts';
import type { LocalAws, LocalAwsOptions } from '../../../src/local/aws/start.ts';
import { startAws } from './fixture.ts';

type Running = { aws: LocalAws; lambda: LambdaClient; call(input: InvokeCommandInput): Promise<InvokeCommandOutput> };

/** The unchanged client of AWS; only its endpoint is ours. */
async function start(options: Partial<LocalAwsOptions> = {}): Promise<Running> {
  const aws = await startAws(options);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const lambda = new LambdaClient({ endpoint: aws.endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
  onTestFinished(() => lambda.destroy());
  return { aws, lambda, call: (input) => lambda.send(new InvokeCommand(input)) };
}

function body({ Payload }: InvokeCommandOutput): unknown {
  return JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
}

async function waitingCallback({ aws }: Running, arn: string): Promise<string> {
  await aws.idle();
  const callback = aws.durable.operations(arn).find(({ Type }) => Type === 'CALLBACK');
  return callback?.CallbackDetails?.CallbackId ?? '';
}

const noSources = { schedules: [], rules: [], topics: [], urls: [] };
const run = { FunctionName: 'nightshift-test-run:durable', InvocationType: 'Event' as const };

test('a plain function answers with JSON as Lambda serialises it', async () => {
  const { call } = await start();
  const answer = await call({ FunctionName: 'nightshift-test-read', Payload: '{"target":"shop-db"}' });
  expect({ status: answer.StatusCode, body: body(answer) }).toEqual({
    status: 200,
    body: { seen: { target: 'shop-db' }, at: '1970-01-01T00:00:00.000Z' },
  });
});

test('a handler that throws is a function error with its type and message', async () => {
  const { call } = await start();
  const answer = await call({ FunctionName: 'nightshift-test-alarm', Payload: '{"fail":"too far"}' });
  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  expect(body(answer)).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' });
});

test('an unknown function and a payload that is not JSON are refused', async () => {
  const { call } = await start();
  await expect(call({ FunctionName: 'nobody' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const broken = call({ FunctionName: 'nightshift-test-read', Payload: '{' });
  await expect(broken).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
});

test('a durable function needs a qualifier', async () => {
  const { call } = await start();
  const unqualified = call({ FunctionName: 'nightshift-test-run', Payload: '{}' });
  await expect(unqualified).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  const answer = await call({ FunctionName: 'nightshift-test-run', Qualifier: 'durable', Payload: '{}' });
  expect(body(answer)).toMatchObject({ answer: 'not asked', read: { seen: { target: 'shop-db' } } });
});

test('a durable function that fails is a function error', async () => {
  const { call } = await start();
  const answer = await call({ FunctionName: 'nightshift-test-run:durable', Payload: '{"fail":"no"}' });
  expect(answer.FunctionError).toBe('Unhandled');
  expect(body(answer)).toMatchObject({ errorMessage: 'no' });
});

test('the execution name makes a start repeatable', async () => {
  const { call } = await start();
  const named = { ...run, DurableExecutionName: 'health-1' };
  const first = await call({ ...named, Payload: '{"ask":true}' });
  const again = await call({ ...named, Payload: '{"ask":true}' });
  expect(first.StatusCode).toBe(202);
  expect(again.DurableExecutionArn).toBe(first.DurableExecutionArn);
  const other = call({ ...named, Payload: '{"ask":false}' });
  await expect(other).rejects.toMatchObject({ name: 'DurableExecutionAlreadyStartedException' });
});

test('a callback is kept alive, answered once, and the execution tells its story', async () => {
  const running = await start();
  const { lambda } = running;
  const { DurableExecutionArn = '' } = await running.call({
    ...run,
    DurableExecutionName: 'end-1',
    Payload: '{"ask":true}',
  });
  const CallbackId = await waitingCallback(running, DurableExecutionArn);
  await lambda.send(new SendDurableExecutionCallbackHeartbeatCommand({ CallbackId }));
  await lambda.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId, Result: '{"by":"ada"}' }));
  const late = lambda.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId, Result: '{}' }));
  await expect(late).rejects.toMatchObject({ name: 'CallbackTimeoutException' });
  await running.aws.idle();
  const execution = await lambda.send(new GetDurableExecutionCommand({ DurableExecutionArn }));
  expect(execution).toMatchObject({
    Status: 'SUCCEEDED',
    DurableExecutionName: 'end-1',
    StartTimestamp: expect.any(Date),
  });
  expect(JSON.parse(execution.Result ?? '')).toMatchObject({ answer: '{"by":"ada"}' });
  const history = new GetDurableExecutionHistoryCommand({ DurableExecutionArn, IncludeExecutionData: true });
  const { Events = [] } = await lambda.send(history);
  const types = Events.map(({ EventType }) => EventType);
  expect(types.filter((type) => type !== 'InvocationCompleted')).toEqual([
    'ExecutionStarted',
    'ChainedInvokeStarted',
    'ChainedInvokeSucceeded',
    'ContextStarted',
    'CallbackStarted',
    'StepStarted',
    'StepSucceeded',
    'CallbackSucceeded',
    'ContextSucceeded',
    'ExecutionSucceeded',
  ]);
  const answered = Events.find(({ EventType }) => EventType === 'CallbackSucceeded');
  expect(answered?.CallbackSucceededDetails).toEqual({ Result: { Payload: '{"by":"ada"}' } });
});

test('a callback can be refused', async () => {
  const running = await start();
  const { DurableExecutionArn = '' } = await running.call({ ...run, Payload: '{"ask":true}' });
  const CallbackId = await waitingCallback(running, DurableExecutionArn);
  const Error = { ErrorType: 'Refused', ErrorMessage: 'ben said no' };
  await running.lambda.send(new SendDurableExecutionCallbackFailureCommand({ CallbackId, Error }));
  await running.aws.idle();
  const execution = await running.lambda.send(new GetDurableExecutionCommand({ DurableExecutionArn }));
  expect(execution).toMatchObject({
    Status: 'FAILED',
    Error: { ErrorMessage: expect.stringContaining('ben said no') },
  });
});

test('executions are listed by function and stopped', async () => {
  const running = await start();
  const { DurableExecutionArn } = await running.call({ ...run, DurableExecutionName: 'a', Payload: '{"ask":true}' });
  await running.call({ ...run, DurableExecutionName: 'b', Payload: '{}' });
  await running.aws.idle();
  await running.lambda.send(
    new StopDurableExecutionCommand({ DurableExecutionArn, Error: { ErrorMessage: 'enough' } }),
  );
  const list = new ListDurableExecutionsByFunctionCommand({
    FunctionName: 'nightshift-test-run',
    Qualifier: 'durable',
  });
  const { DurableExecutions = [] } = await running.lambda.send(list);
  const statuses = DurableExecutions.map((execution) => [execution.DurableExecutionName, execution.Status]);
  expect(new Map(statuses.map(([name, status]) => [name, status]))).toEqual(
    new Map([
      ['a', 'STOPPED'],
      ['b', 'SUCCEEDED'],
    ]),
  );
});

test('an unknown execution is not found', async () => {
  const { lambda } = await start();
  const missing = lambda.send(new GetDurableExecutionCommand({ DurableExecutionArn: 'arn:aws:lambda:x' }));
  await expect(missing).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a function past its timeout is a function error', async () => {
  const { call } = await start();
  const answer = await call({ FunctionName: 'nightshift-test-read', Payload: '{"hang":true}' });
  expect(body(answer)).toMatchObject({
    errorType: 'Sandbox.Timedout',
    errorMessage: expect.stringContaining('after 2.00 seconds'),
  });
});

test('the transport of the durable SDK works over HTTP', async () => {
  const holder: { lambda?: LambdaClient } = {};
  const steps = async (event: { n: number }, context: DurableContext) => {
    for (let index = 0; index < event.n; index += 1) await context.step(`step-${index}`, async () => index);
    await context.wait('pause', { seconds: 1 });
    return event.n;
  };
  const handler: Handler = (event, context) => {
    const { DurableExecutionArn, CheckpointToken, InitialExecutionState }: DurableExecutionInvocationInput =
      Object(event);
    const durableExecutionClient = new DurableExecutionApiClient(holder.lambda);
    const durable = withDurableExecution(steps, { durableExecutionClient });
    return durable({ DurableExecutionArn, CheckpointToken, InitialExecutionState }, context);
  };
  const limits = { timeoutSeconds: 30, durable: { executionTimeoutSeconds: 60, retentionDays: 1 } };
  const functions = { functions: new Map([['steps', { name: 'steps', handler, ...limits }]]), sources: noSources };
  const { lambda, call } = await start({ functions });
  holder.lambda = lambda;
  expect(body(await call({ FunctionName: 'steps:$LATEST', Payload: '{"n":3}' }))).toBe(3);
});
