import { Fault, type FaultCode } from '../../core/errors.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, and what stores that speak S3 say when they are full. */
const codes: Readonly<Record<string, FaultCode>> = {
  AccessDenied: 'permission_denied',
  AllAccessDisabled: 'permission_denied',
  CredentialsProviderError: 'permission_denied',
  ExpiredToken: 'permission_denied',
  InvalidAccessKeyId: 'permission_denied',
  InvalidToken: 'permission_denied',
  'KMS.DisabledException': 'permission_denied',
  'KMS.NotFoundException': 'invalid_request',
  SignatureDoesNotMatch: 'permission_denied',
  NoSuchBucket: 'invalid_request',
  PermanentRedirect: 'invalid_request',
  AuthorizationHeaderMalformed: 'invalid_request',
  SlowDown: 'throttled',
  ThrottlingException: 'throttled',
  TooManyRequests: 'throttled',
  QuotaExceeded: 'conflict',
  XMinioStorageFull: 'conflict',
  InsufficientStorage: 'conflict',
};
const byStatus: Readonly<Record<number, FaultCode>> = {
  401: 'permission_denied',
  403: 'permission_denied',
  429: 'throttled',
  503: 'throttled',
  507: 'conflict',
};
const words: Readonly<Partial<Record<FaultCode, string>>> = {
  permission_denied: 'may not be used so',
  invalid_request: 'is not as configured: look at its name, its region and its key',
  throttled: 'asks for patience',
  conflict: 'is full',
};

/** Pure: what S3 refused. The sentence names the bucket and the call, never what was written. */
export function asBucketFault(thrown: unknown, bucket: string, call: string): Fault {
  if (thrown instanceof Fault) return thrown;
  const name = thrown instanceof Error ? thrown.name : 'Error';
  const code = codes[name] ?? byStatus[statusOf(thrown) ?? 0] ?? 'target_unreachable';
  const what = words[code] ?? 'did not do what was asked';
  return new Fault(code, `The bucket ${bucket} ${what} (s3:${call}: ${systemCode(thrown) ?? name}).`, {
    cause: thrown,
  });
}

/** Something is there already, or somebody else is putting it there at this moment. */
export function isTaken(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  return thrown.name === 'PreconditionFailed' || thrown.name === 'ConditionalRequestConflict';
}

export function isAbsent(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'NoSuchKey' || thrown.name === 'NotFound');
}

function statusOf(thrown: unknown): number | undefined {
  return (thrown as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}

function systemCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}
