import { Fault, type FaultCode } from '../core/errors.ts';

/** Error names of DynamoDB and of the SDK's HTTP layer, and what they mean for us. */
const codes: Readonly<Record<string, FaultCode>> = {
  ProvisionedThroughputExceededException: 'throttled',
  RequestLimitExceeded: 'throttled',
  ThrottlingException: 'throttled',
  TimeoutError: 'timed_out',
  AccessDeniedException: 'permission_denied',
  UnrecognizedClientException: 'permission_denied',
  CredentialsProviderError: 'permission_denied',
  ResourceNotFoundException: 'invalid_request',
  ValidationException: 'invalid_request',
};

export function isConditionFailure(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

/** A fault whose sentence names the table, never an item. Source: DynamoDB Developer Guide, "Error handling". */
export function asTableFault(error: unknown, tableName: string): Fault {
  const name = error instanceof Error ? error.name : 'Error';
  const refused = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const code = codes[name] ?? (refused === undefined ? 'bug' : 'timed_out');
  return new Fault(code, `The state table ${tableName} did not do what was asked: ${refused ?? name}.`, {
    cause: error,
  });
}
