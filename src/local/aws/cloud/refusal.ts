/** A "no" of AWS: its code as the protocol carries it, and the HTTP status. */
export class CloudRefusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'CloudRefusal';
    this.code = code;
    this.status = status;
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/query-api-troubleshooting.html#api-request-rate */
export function throttled(): CloudRefusal {
  return new CloudRefusal('Throttling', 'Rate exceeded');
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function denied(action: string): CloudRefusal {
  const who = 'arn:aws:sts::123456789012:assumed-role/nightshift-test-run/nightshift-test-run';
  const why = `User: ${who} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`;
  return new CloudRefusal('AccessDenied', why, 403);
}
