import { Fault, type FaultCode } from '../core/errors.ts';
import { maskText } from '../core/mask.ts';
import { networkRefusal, type Refusal } from './network-refusal.ts';

/** Where and as whom a connection was tried. */
export type Attempt = { host: string; port: number; user: string; database: string; connectTimeoutMs: number };

/** Why no session could be opened, as one masked sentence without a full stop. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function postgresRefusal(thrown: unknown, attempt: Attempt): Refusal {
  const network = networkRefusal(thrown, attempt);
  if (network) return network;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = codeOf(thrown);
  if (code !== undefined) return byState(code, message, attempt);
  if (message.startsWith('SASL')) {
    return {
      reason: `the server asks for a password and none fits for user ${attempt.user}`,
      code: 'permission_denied',
    };
  }
  return { reason: maskText(message), code: 'target_unreachable' };
}

function byState(state: string, message: string, attempt: Attempt): Refusal {
  switch (state) {
    case '28P01':
      return { reason: `the server refuses the password of user ${attempt.user}`, code: 'permission_denied' };
    case '28000':
      return {
        reason: `the server does not let user ${attempt.user} in from here (pg_hba.conf, or there is no such role)`,
        code: 'permission_denied',
      };
    case '3D000':
      return { reason: `the server has no database ${attempt.database}`, code: 'invalid_request' };
    case '53300':
      return { reason: `the server has no connection slot left for user ${attempt.user}`, code: 'target_unreachable' };
    case '57P03':
      return { reason: `the server runs but takes no sessions: ${maskText(message)}`, code: 'target_unreachable' };
    case '08P01':
      return {
        reason: `the startup options were refused (${maskText(message)}): a pooler stands before the server, and the limits of a session need a direct connection`,
        code: 'unsupported',
      };
    default:
      return { reason: `${maskText(message)} (${state})`, code: 'target_unreachable' };
  }
}

/** What a failed query means, as a Fault without any data of the statement. */
export function queryFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const state = codeOf(thrown);
  const fault = (code: FaultCode) => new Fault(code, maskText(state === undefined ? message : `${message} (${state})`));
  switch (state) {
    case undefined:
      return fault('target_unreachable');
    case '42501':
      return fault('permission_denied');
    case '57014':
    case '55P03':
      return fault('timed_out');
    case '57P01':
    case '57P02':
    case '57P03':
    case '57P05':
      return fault('target_unreachable');
    default:
      return fault(state.startsWith('08') || state.startsWith('E') ? 'target_unreachable' : 'bug');
  }
}

function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
