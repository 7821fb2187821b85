import type { ErrorObject } from '@aws/durable-execution-sdk-js';
import type { Durable } from '../../runtime/durable/open.ts';
import type { Execution, HistoryEvent } from '../../runtime/durable/model.ts';
import { functionArn, parseFunctionIdentifier } from '../../runtime/functions.ts';
import { json, type Answer, type Question } from './http-answer.ts';

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
  question: Question,
): Promise<Answer | undefined> {
  switch (action) {
    case undefined:
      return json(describe(durable.execution(arn)));
    case 'history':
      return json({ Events: historyOf(durable.history(arn), question.query) });
    case 'stop':
      durable.stop(arn, errorOf(question.body));
      return json({ StopTimestamp: (durable.execution(arn).endedMs ?? 0) / 1000 });
    case 'checkpoint':
      return json(epochs(await durable.client.checkpoint({ ...JSON.parse(question.body), DurableExecutionArn: arn })));
    case 'state':
      return json(epochs(await durable.client.getExecutionState({ DurableExecutionArn: arn, CheckpointToken: '' })));
    default:
      return undefined;
  }
}

function listRoute(durable: Durable, identifier: string, query: URLSearchParams): Answer {
  const name = query.get('DurableExecutionName');
  const statuses = query.getAll('Statuses');
  const found = durable
    .executions(parseFunctionIdentifier(identifier).name)
    .filter((execution) => name === null || execution.name === name)
    .filter((execution) => statuses.length === 0 || statuses.includes(execution.status));
  const ordered = query.get('ReverseOrder') === 'true' ? found.toReversed() : found;
  return json({ DurableExecutions: ordered.slice(0, Number(query.get('MaxItems') ?? 1000)).map(summary) });
}

function summary({ arn, name, functionName, status, startedMs, endedMs }: Execution) {
  return {
    DurableExecutionArn: arn,
    DurableExecutionName: name,
    FunctionArn: functionArn(functionName),
    Status: status,
    StartTimestamp: startedMs / 1000,
    ...(endedMs === undefined ? {} : { EndTimestamp: endedMs / 1000 }),
  };
}

function describe(execution: Execution) {
  const { input, result, error } = execution;
  return { ...summary(execution), InputPayload: input, Result: result, Error: error, Version: '$LATEST' };
}

function historyOf(events: readonly HistoryEvent[], query: URLSearchParams) {
  const withData = query.get('IncludeExecutionData') === 'true';
  const ordered = query.get('ReverseOrder') === 'true' ? events.toReversed() : events;
  return ordered.slice(0, Number(query.get('MaxItems') ?? 1000)).map(({ number, atMs, type, operation, details }) => {
    const { Input: _input, Result: _result, Error: _error, ...bare } = details;
    return {
      EventId: number,
      EventType: type,
      EventTimestamp: atMs / 1000,
      Id: operation.id,
      ParentId: operation.parentId,
      Name: operation.name,
      SubType: operation.subType,
      [`${type}Details`]: epochs(withData ? details : bare),
    };
  });
}

function errorOf(body: string): ErrorObject {
  return body === '' ? {} : JSON.parse(body);
}

/** Timestamps travel as epoch seconds in the REST-JSON protocol; the backend keeps ISO text. */
function epochs(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, inner: unknown) =>
    key.endsWith('Timestamp') && typeof inner === 'string' ? Date.parse(inner) / 1000 : inner,
  );
}
