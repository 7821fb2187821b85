import { randomBytes, randomUUID } from 'node:crypto';
import type {
  CheckpointDurableExecutionRequest,
  CheckpointDurableExecutionResponse,
  DurableExecutionClient,
  OperationUpdate,
} from '@aws/durable-execution-sdk-js';
import { applyUpdate } from './apply.ts';
import type { Engine } from './engine.ts';
import { endExecution } from './executions.ts';
import { eventOfUpdate } from './history.ts';
import type { Ending, Operation } from './model.ts';
import { statePage } from './page.ts';
import { repeatedRequests } from './repeated-requests.ts';
import { checkBatch, checkUpdate, fencedOff, type ValidUpdate } from './validate.ts';

/** The two calls that the SDK makes (README of @aws/durable-execution-sdk-js, "Custom Transport"). */
export function durableClient(engine: Engine): DurableExecutionClient {
  const { store, clock } = engine;
  const answered = repeatedRequests<CheckpointDurableExecutionResponse>(clock);
  return {
    async getExecutionState({ DurableExecutionArn: arn = '', CheckpointToken: token, Marker, MaxItems }) {
      if (token === undefined || store.executions.find(arn)?.token !== token) throw fencedOff();
      return statePage(store.operations.list(arn), { marker: Marker, maxItems: MaxItems });
    },
    async checkpoint(request) {
      if (engine.phase() === 'closed') throw fencedOff();
      const { DurableExecutionArn: arn = '', CheckpointToken = '', ClientToken } = request;
      const key = ClientToken === undefined ? undefined : `${arn}#${CheckpointToken}#${ClientToken}`;
      const before = answered.find(key);
      if (before !== undefined) return before;
      const answer = apply(engine, arn, request);
      answered.keep(key, answer);
      return answer;
    },
  };
}

/** Applies all updates or none, and rotates the token. */
function apply(
  engine: Engine,
  arn: string,
  { CheckpointToken: token = '', Updates: updates = [] }: CheckpointDurableExecutionRequest,
): CheckpointDurableExecutionResponse {
  const { store } = engine;
  const nextToken = randomUUID();
  const started = store.transaction(() => {
    if (!store.executions.rotate(arn, token, nextToken)) throw fencedOff();
    checkBatch(updates, (id) => store.operations.find(arn, id)?.operation);
    return updates.flatMap((update) => applyOne(engine, arn, update));
  });
  for (const operation of started) engine.launch(arn, operation.Id);
  const changed = store.operations.takeChanged(arn);
  engine.changed(arn);
  engine.arm();
  return { CheckpointToken: nextToken, NewExecutionState: { Operations: changed } };
}

/** Applies one update; the answer is the operation when it is a chained invoke to be launched after the transaction. */
function applyOne(engine: Engine, arn: string, update: OperationUpdate): Operation[] {
  const { operations, history } = engine.store;
  const nowMs = engine.clock.now();
  const isEnd = update.Type === 'EXECUTION';
  const existing = isEnd || update.Id === undefined ? undefined : operations.find(arn, update.Id)?.operation;
  const valid = checkUpdate(update, existing);
  if (isEnd) {
    endExecution(engine, arn, endingOf(valid));
    return [];
  }
  const { operation, side } = applyUpdate(valid, existing, nowMs, randomBytes(48).toString('base64'));
  operations.put(arn, operation, side);
  history.add(arn, eventOfUpdate(valid, operation, nowMs));
  return valid.Type === 'CHAINED_INVOKE' && valid.Action === 'START' ? [operation] : [];
}

function endingOf(update: ValidUpdate): Ending {
  if (update.Action === 'SUCCEED') return { status: 'SUCCEEDED', result: update.Payload };
  return { status: 'FAILED', error: update.Error ?? {} };
}
