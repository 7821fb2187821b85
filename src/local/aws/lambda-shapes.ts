import type { Execution } from '../../runtime/durable/model.ts';
import type { PageRequest } from '../../runtime/durable/page.ts';
import { functionArn } from '../../runtime/functions.ts';

/** `Marker` and `MaxItems` of a list operation. */
export function pageRequest(query: URLSearchParams): PageRequest {
  const maxItems = query.get('MaxItems');
  return { marker: query.get('Marker') ?? undefined, maxItems: maxItems === null ? undefined : Number(maxItems) };
}

/** `IncludeExecutionData`: "The default is true". */
export function withData(query: URLSearchParams): boolean {
  return query.get('IncludeExecutionData') !== 'false';
}

/** An execution as ListDurableExecutionsByFunction gives it. */
export function executionSummary({ arn, name, functionName, status, startedMs, endedMs }: Execution): object {
  return {
    DurableExecutionArn: arn,
    DurableExecutionName: name,
    FunctionArn: functionArn(functionName),
    Status: status,
    StartTimestamp: startedMs / 1000,
    ...(endedMs === undefined ? {} : { EndTimestamp: endedMs / 1000 }),
  };
}

/** An execution as GetDurableExecution gives it. */
export function executionDescription(execution: Execution, complete: boolean): object {
  const { input, result, error, startedMs, deadlineMs, retentionDays } = execution;
  return {
    ...executionSummary(execution),
    Version: '$LATEST',
    ExecutionDataIncluded: complete,
    ...(complete ? { InputPayload: input, Result: result, Error: error } : {}),
    DurableConfig: { ExecutionTimeout: (deadlineMs - startedMs) / 1000, RetentionPeriodInDays: retentionDays },
  };
}

/** Timestamps travel as epoch seconds in the REST-JSON protocol; the backend keeps ISO text. */
export function epochs(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, inner: unknown) =>
    key.endsWith('Timestamp') && typeof inner === 'string' ? Date.parse(inner) / 1000 : inner,
  );
}
