/** The few ways in which work can break; each asks for another reaction. */
export const faultCodes = [
  'target_unreachable', // someone else's outage: report it, do not page about us
  'permission_denied', // a grant is missing: say which
  'throttled', // try later
  'timed_out',
  'conflict', // somebody else holds it, or it changed under us
  'invalid_request', // the caller can mend it
  'unsupported',
  'bug',
] as const;
export type FaultCode = (typeof faultCodes)[number];

/** A fault with a stable code. An expected "no" is not a fault: it is an Outcome or a Seen value. */
export class Fault extends Error {
  readonly code: FaultCode;
  constructor(code: FaultCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'Fault';
    this.code = code;
  }
}

/** The fault inside an unknown thrown value; whatever nobody named is a bug. */
export function asFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Fault('bug', message, { cause: thrown });
}
