import type { DurableExecutionInvocationInput } from '@aws/durable-execution-sdk-js';
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { updateCases } from './durable/batches-of-updates.ts';
import { send, sendHere, type Said } from './durable/raw-client.ts';
import { inRealTime } from './durable/reference.ts';

let reference: Said = {};

beforeAll(async () => {
  await inRealTime(async () => {
    const handlerFunction = (event: DurableExecutionInvocationInput) => send(updateCases, event);
    const runner = new LocalDurableTestRunner<Said>({ handlerFunction }).registerFunction('read', async () => 'seen');
    reference = (await runner.run()).getResult() ?? {};
  });
});

describe('the same is said to a checkpoint as by the validators of the testing SDK of AWS', () => {
  test('some are accepted and some are refused', () => {
    expect(Object.keys(reference)).toHaveLength(updateCases.length);
    const last = Object.values(reference).map((answers) => answers.at(-1));
    expect(new Set(last).size).toBeGreaterThan(15);
    expect(last.filter((answer) => answer === 'accepted').length).toBeGreaterThan(15);
  });

  test.for(updateCases)('$name', async ({ name, batches }) => {
    expect(await sendHere(batches)).toEqual(reference[name]);
  });
});
