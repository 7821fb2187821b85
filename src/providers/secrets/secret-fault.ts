import { Fault, type FaultCode } from '../../core/errors.ts';

/** Settings of the clients that read secrets: a store that does not answer must not hold up an answer to Slack. */
export const storeClient = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
};

/** Error names of SSM and Secrets Manager, and what their clients say before they ask: what they mean, and what a person does about it. */
const meanings: Readonly<Record<string, readonly [FaultCode, string]>> = {
  ParameterNotFound: ['invalid_request', 'does not exist; create it, or name the right one'],
  ResourceNotFoundException: ['invalid_request', 'does not exist; create it, or name the right one'],
  ParameterIsEmpty: ['invalid_request', 'is empty'],
  SecretIsEmpty: ['invalid_request', 'is empty'],
  AccessDeniedException: [
    'permission_denied',
    "may not be read; the function's role lacks the right, or its key's policy",
  ],
  InvalidKeyId: ['permission_denied', 'is encrypted with a key that cannot be used'],
  DecryptionFailure: ['permission_denied', 'is encrypted with a key that cannot be used'],
  ThrottlingException: ['throttled', 'was asked for too often'],
  CredentialsProviderError: ['permission_denied', 'cannot be read without AWS credentials'],
  'Region is missing': ['unsupported', 'cannot be read without a region; set AWS_REGION'],
};

/** A fault that names the reference and never its value. */
export function secretFault(thrown: unknown, reference: string): Fault {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const [code, words] = meanings[error.name] ??
    meanings[error.message] ?? ['timed_out', `could not be read: ${error.name}`];
  return new Fault(code, `The secret ${reference} ${words}.`, { cause: thrown });
}
