import { Fault, type FaultCode } from '../core/errors.ts';
import { maskText } from '../core/mask.ts';
import { networkRefusal, type Refusal } from './network-refusal.ts';

/** Where and as whom a connection was tried. */
export type Attempt = { host: string; port: number; user: string; database: string; connectTimeoutMs: number };

/** What to do where a pooler stands between us and the server. */
export const PAST_THE_POOLER =
  "Give this member the server's own host and port in nightshift.yaml instead of the pooler's; applications keep using the pooler.";

/** `next` where something better can be said than to look whether the server is up. */
export type SessionRefusal = Refusal & { next?: string };

/** Why no session could be opened, as one masked sentence without a full stop. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function postgresRefusal(thrown: unknown, attempt: Attempt): SessionRefusal {
  const network = networkRefusal(thrown, attempt);
  if (network) return network;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = codeOf(thrown);
  if (code !== undefined)
    return code === '53300' ? noSlot(routineOf(thrown), attempt) : byState(code, message, attempt);
  if (message.startsWith('SASL')) {
    return {
      reason: `the server asks for a password and none fits for user ${attempt.user}`,
      code: 'permission_denied',
    };
  }
  return { reason: maskText(message), code: 'target_unreachable' };
}

function byState(state: string, message: string, attempt: Attempt): SessionRefusal {
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
    case '57P03':
      return {
        reason: `the server runs but takes no sessions: ${maskText(message)}`,
        code: 'target_unreachable',
        next: 'Wait, and follow its log: it starts, stops, or recovers from a crash; a restart would begin that again.',
      };
    case '08P01':
      return {
        reason: `the startup options were refused (${maskText(message)}): a pooler stands before the server, and the limits of a session need a direct connection`,
        code: 'unsupported',
        next: PAST_THE_POOLER,
      };
    default:
      return { reason: `${maskText(message)} (${state})`, code: 'target_unreachable' };
  }
}

/**
 * The limit that was hit is told by the routine of the server that refused, not by the message, which has a language:
 * src/backend/utils/init/postinit.c and miscinit.c.
 */
function noSlot(routine: string | undefined, { user, database }: Attempt): SessionRefusal {
  const code = 'target_unreachable';
  const raise = 'let its clients close idle sessions, or raise that limit as far as max_connections allows.';
  if (routine === 'InitializeSessionUserId') {
    return {
      reason: `role ${user} has used up its own connection limit`,
      code,
      next: `Find out who else connects as ${user}; ${raise}`,
    };
  }
  if (routine === 'CheckMyDatabase') {
    return {
      reason: `database ${database} has used up its own connection limit`,
      code,
      next: `Find out who fills ${database}; ${raise}`,
    };
  }
  const reserved = routine === 'InitPostgres' ? ` but the reserved ones, which ${user} may not use` : '';
  return {
    reason: `the server refuses connections because all slots are taken${reserved}`,
    code,
    next: `Let the applications close idle connections, or end some as a superuser, who has slots of its own. So that this can be looked into the next time: set reserved_connections and GRANT pg_use_reserved_connections TO ${quoted(user)} (16+).`,
  };
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Classes of SQLSTATE whose message repeats data; the mask knows these texts in English only. */
const REPEATS_DATA = ['22', '23'];

/** What a failed query means, as a Fault without any data of the statement. */
export function queryFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const state = codeOf(thrown);
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const message = REPEATS_DATA.includes(state?.slice(0, 2) ?? '') ? 'the server refuses a value' : text;
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

function routineOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('routine' in thrown)) return undefined;
  return typeof thrown.routine === 'string' ? thrown.routine : undefined;
}
