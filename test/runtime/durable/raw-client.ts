import {
  InvocationStatus,
  type DurableExecutionInvocationInput,
  type DurableExecutionInvocationInputWithClient,
  type DurableExecutionInvocationOutput,
  type OperationUpdate,
} from '@aws/durable-execution-sdk-js';
import type { Handler } from '../../../src/runtime/functions.ts';
import { updatesOf, type UpdateCase } from './batches-of-updates.ts';
import { durableFunction, open, plainFunction } from './fixture.ts';

/** By the name of a case, what was said to each of its checkpoints: `accepted`, or why not. */
export type Said = { readonly [name: string]: readonly string[] };

/** A handler that speaks the wire protocol itself, through the transport that is in its event. */
export async function send(
  cases: readonly UpdateCase[],
  event: DurableExecutionInvocationInput,
): Promise<DurableExecutionInvocationOutput> {
  const { DurableExecutionArn, durableExecutionClient: client }: DurableExecutionInvocationInputWithClient =
    Object(event);
  let token: string | undefined = event.CheckpointToken;
  const said: Record<string, string[]> = {};
  for (const [index, { name, batches }] of cases.entries()) {
    const answers: string[] = [];
    for (const batch of batches) {
      const request = { DurableExecutionArn, CheckpointToken: token, Updates: updatesOf(batch, `case-${index}`) };
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

/** Sends checkpoints to a backend of its own. */
export async function sendHere(batches: UpdateCase['batches']): Promise<readonly string[]> {
  const handler: Handler = (event) => send([{ name: 'one', batches }], Object(event));
  const raw = { ...durableFunction('raw', async () => undefined), handler };
  const { durable } = open([raw, plainFunction('read', () => 'seen')]);
  const { result } = await durable.finished(durable.start({ functionName: 'raw', payload: '{}' }));
  const { one = [] }: Said = JSON.parse(result ?? '{}');
  return one;
}

/** What is said to one update. */
export async function sayTo(update: Partial<OperationUpdate>): Promise<string | undefined> {
  const [said] = await sendHere([[{ Id: '{id}', Type: 'STEP', Action: 'START', ...update }]]);
  return said;
}
