import type { ErrorObject } from '@aws/durable-execution-sdk-js';
import type { Durable } from '../../runtime/durable/open.ts';
import type { Execution } from '../../runtime/durable/model.ts';
import { pageOf } from '../../runtime/durable/page.ts';
import { parseFunctionIdentifier } from '../../runtime/functions.ts';
import { json, type Answer, type Question } from './http-answer.ts';
import { historyAnswer } from './lambda-history.ts';
import { epochs, executionDescription, executionSummary, pageRequest, withData } from './lambda-shapes.ts';

/** Answers the durable part of the Lambda API, version 2025-12-01; undefined for a path that it does not have. */
export async function durableRoute(durable: Durable, question: Question): Promise<Answer | undefined> {
  const [, collection, id = '', action] = question.path;
  if (collection === 'durable-execution-callbacks') return callbackRoute(durable, id, action, question.body);
  if (collection === 'durable-executions') return executionRoute(durable, id, action, question);
  if (collection === 'functions' && action === 'durable-executions') return listRoute(durable, id, question.query);
  return undefined;
}

function callbackRoute(
  { callbacks }: Durable,
  id: string,
  action: string | undefined,
  body: string,
): Answer | undefined {
  if (action === 'succeed') callbacks.succeed(id, body === '' ? undefined : body);
  else if (action === 'fail') callbacks.fail(id, errorOf(body));
  else if (action === 'heartbeat') callbacks.heartbeat(id);
  else return undefined;
  return json({});
}

async function executionRoute(
  durable: Durable,
  arn: string,
  action: string | undefined,
  { query, body }: Question,
): Promise<Answer | undefined> {
  switch (action) {
    case undefined:
      return json(executionDescription(durable.execution(arn), withData(query)));
    case 'history':
      return json(historyAnswer(durable.history(arn), query));
    case 'stop':
      durable.stop(arn, errorOf(body));
      return json({ StopTimestamp: (durable.execution(arn).endedMs ?? 0) / 1000 });
    case 'checkpoint':
      return json(epochs(await durable.client.checkpoint({ ...JSON.parse(body), DurableExecutionArn: arn })));
    case 'state':
      return json(epochs(await stateOf(durable, arn, query)));
    default:
      return undefined;
  }
}

function stateOf(durable: Durable, arn: string, query: URLSearchParams): Promise<object> {
  const { marker, maxItems } = pageRequest(query);
  const CheckpointToken = query.get('CheckpointToken') ?? undefined;
  return durable.client.getExecutionState({
    DurableExecutionArn: arn,
    CheckpointToken,
    Marker: marker,
    MaxItems: maxItems,
  });
}

/** The newest first, as the API has it: "Set to true to return results in chronological order (oldest first)". */
function listRoute(durable: Durable, identifier: string, query: URLSearchParams): Answer {
  const found = durable.executions(parseFunctionIdentifier(identifier).name).filter(wanted(query));
  const ordered = query.get('ReverseOrder') === 'true' ? found : found.toReversed();
  const { items, nextMarker } = pageOf(ordered, pageRequest(query));
  return json({ DurableExecutions: items.map(executionSummary), NextMarker: nextMarker });
}

function wanted(query: URLSearchParams): (execution: Execution) => boolean {
  const name = query.get('DurableExecutionName');
  const statuses = query.getAll('Statuses');
  const afterMs = Date.parse(query.get('StartedAfter') ?? '');
  const beforeMs = Date.parse(query.get('StartedBefore') ?? '');
  return (execution) =>
    (name === null || execution.name === name) &&
    (statuses.length === 0 || statuses.includes(execution.status)) &&
    !(execution.startedMs <= afterMs) &&
    !(execution.startedMs >= beforeMs);
}

function errorOf(body: string): ErrorObject {
  return body === '' ? {} : JSON.parse(body);
}
