import {
  InvokeCommand,
  LambdaClient,
  SendDurableExecutionCallbackFailureCommand,
  SendDurableExecutionCallbackHeartbeatCommand,
  SendDurableExecutionCallbackSuccessCommand,
} from '@aws-sdk/client-lambda';
import {
  DurableExecutionApiClient,
  withDurableExecution,
  type DurableExecutionInvocationInput,
} from '@aws/durable-execution-sdk-js';
import { onTestFinished } from 'vitest';
import type { LocalAws } from '../../../src/local/aws/start.ts';
import type { FunctionDefinition, Handler } from '../../../src/runtime/functions.ts';
import { durableFunction, functionsOf, type Body } from '../../runtime/durable/fixture.ts';
import type { Stage } from '../../runtime/durable/play.ts';
import type { Answer, Scenario } from '../../runtime/durable/scenarios/scenario.ts';
import { virtualClock, type VirtualClock } from '../../runtime/virtual-clock.ts';
import { startAws } from './fixture.ts';

const noSources = { schedules: [], rules: [], topics: [], urls: [] };

/** A local AWS whose durable functions reach it only as they reach the real one: by the client of the SDK, over HTTP. */
export type HttpStage = Stage & { aws: LocalAws; lambda: LambdaClient };

/** The Lambda API of this test alone, with the functions of a scenario. Nobody interrupts it. */
export async function overHttp(scenario: Scenario): Promise<HttpStage> {
  const clock = virtualClock('2026-03-01T02:00:00Z');
  const holder: { lambda?: LambdaClient } = {};
  const definitions = functionsOf(scenario, (name, body) => httpFunction(name, body, holder));
  const functions = new Map(definitions.map((definition) => [definition.name, definition]));
  const listeners = new Set<() => void>();
  const onChange = (): void => {
    for (const listener of listeners) listener();
  };
  const aws = await startAws({ functions: { functions, sources: noSources }, clock, onChange });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const lambda = new LambdaClient({ endpoint: aws.endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
  onTestFinished(() => lambda.destroy());
  holder.lambda = lambda;
  return stageOf(aws, lambda, clock, listeners);
}

function stageOf(aws: LocalAws, lambda: LambdaClient, clock: VirtualClock, listeners: Set<() => void>): HttpStage {
  const stage: HttpStage = {
    aws,
    lambda,
    clock,
    durable: aws.durable,
    until: (condition) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!condition()) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
    async start() {
      const request = { FunctionName: 'scenario:$LATEST', InvocationType: 'Event' as const, Payload: '{}' };
      const { DurableExecutionArn = '' } = await lambda.send(new InvokeCommand(request));
      return DurableExecutionArn;
    },
    give: (callbackId, answer) => send(lambda, callbackId, answer),
    intermission: async () => stage,
  };
  return stage;
}

async function send(lambda: LambdaClient, CallbackId: string, answer: Answer): Promise<void> {
  if ('succeed' in answer) {
    const Result = Buffer.from(answer.succeed);
    await lambda.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId, Result }));
  } else if ('fail' in answer) {
    await lambda.send(new SendDurableExecutionCallbackFailureCommand({ CallbackId, Error: answer.fail }));
  } else {
    await lambda.send(new SendDurableExecutionCallbackHeartbeatCommand({ CallbackId }));
  }
}

/** What a deployed handler gets: the event as JSON, and no transport but the SDK's own. */
function httpFunction(name: string, body: Body, holder: { lambda?: LambdaClient }): FunctionDefinition {
  const handler: Handler = (event, context) => {
    const { durableExecutionClient: _transport, ...bare } = Object(event);
    const input: DurableExecutionInvocationInput = JSON.parse(JSON.stringify(bare));
    const durableExecutionClient = new DurableExecutionApiClient(holder.lambda);
    return withDurableExecution(body, { durableExecutionClient })(input, context);
  };
  return { ...durableFunction(name, body), handler };
}
