import type {
  DurableExecutionClient,
  DurableExecutionInvocationInput,
  DurableExecutionInvocationOutput,
} from '@aws/durable-execution-sdk-js';
import { InvocationStatus } from '@aws/durable-execution-sdk-js';
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Handler } from '../../src/runtime/functions.ts';
import { updateCases, updatesOf, type UpdateCase } from './durable/batches-of-updates.ts';
import { durableFunction, open, plainFunction } from './durable/fixture.ts';
import { withReference } from './durable/reference.ts';

type Event = DurableExecutionInvocationInput & { durableExecutionClient: DurableExecutionClient };
type Said = { readonly [name: string]: readonly string[] };

let reference: Said = {};

/** A handler that speaks the wire protocol itself and gives what was said to every checkpoint. */
async function send(cases: readonly UpdateCase[], event: Event): Promise<DurableExecutionInvocationOutput> {
  const { DurableExecutionArn, durableExecutionClient: client } = event;
  let token: string | undefined = event.CheckpointToken;
  const said: Record<string, string[]> = {};
  for (const [index, { name, batches }] of cases.entries()) {
    const answers: string[] = [];
    for (const batch of batches) {
      const Updates = updatesOf(batch, `case-${index}`);
      const request = { DurableExecutionArn, CheckpointToken: token, Updates };
      try {
        ({ CheckpointToken: token } = await client.checkpoint(request));
        answers.push('accepted');
      } catch (thrown) {
        answers.push(thrown instanceof Error ? thrown.message : String(thrown));
      }
    }
    said[name] = answers;
  }
  return { Status: InvocationStatus.SUCCEEDED, Result: JSON.stringify(said) };
}

beforeAll(async () => {
  await withReference(async () => {
    const handlerFunction = (event: DurableExecutionInvocationInput) => send(updateCases, Object(event));
    const runner = new LocalDurableTestRunner<Said>({ handlerFunction }).registerFunction('read', async () => 'seen');
    reference = (await runner.run()).getResult() ?? {};
  });
}, 30_000);

describe('the same is said to a checkpoint as by the validators of the testing SDK of AWS', () => {
  test('some are accepted and some are refused', () => {
    expect(Object.keys(reference)).toHaveLength(updateCases.length);
    const last = Object.values(reference).map((answers) => answers.at(-1));
    expect(new Set(last).size).toBeGreaterThan(15);
    expect(last.filter((answer) => answer === 'accepted').length).toBeGreaterThan(15);
  });

  test.for(updateCases)('$name', async (one) => {
    expect((await sendHere(one))[one.name]).toEqual(reference[one.name]);
  });
});

async function sendHere(one: UpdateCase): Promise<Said> {
  const handler: Handler = (event) => send([one], Object(event));
  const raw = { ...durableFunction('raw', async () => undefined), handler };
  const { durable } = open([raw, plainFunction('read', () => 'seen')]);
  const { result } = await durable.finished(durable.start({ functionName: 'raw', payload: '{}' }));
  return JSON.parse(result ?? '{}');
}
