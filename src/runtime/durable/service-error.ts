/** The refusals of the Lambda API that callers branch on; the name travels in `x-amzn-errortype`. */
export type ServiceErrorName =
  | 'DurableExecutionAlreadyStartedException'
  | 'ResourceNotFoundException'
  | 'InvalidParameterValueException'
  | 'CallbackTimeoutException'
  | 'RequestTooLargeException';

export type ServiceError = Error & { name: ServiceErrorName };

const names: ReadonlySet<string> = new Set<ServiceErrorName>([
  'DurableExecutionAlreadyStartedException',
  'ResourceNotFoundException',
  'InvalidParameterValueException',
  'CallbackTimeoutException',
  'RequestTooLargeException',
]);

/** An error with the name that the AWS SDK turns into a typed exception. */
export function serviceError(name: ServiceErrorName, message: string): ServiceError {
  return Object.assign(new Error(message), { name });
}

export function isServiceError(thrown: unknown): thrown is ServiceError {
  return thrown instanceof Error && names.has(thrown.name);
}
