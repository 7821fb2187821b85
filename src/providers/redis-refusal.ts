import { Fault, type FaultCode } from '../core/errors.ts';
import { maskText } from '../core/mask.ts';
import { networkRefusal, type Refusal } from './network-refusal.ts';

type Attempt = { host: string; port: number; user?: string | undefined; connectTimeoutMs: number };

/** Why no session could be opened, as one masked sentence without a full stop. https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/ */
export function redisRefusal(thrown: unknown, attempt: Attempt): Refusal {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const who = attempt.user === undefined ? '' : ` of user ${attempt.user}`;
  switch (/^[A-Z]+/.exec(message)?.[0]) {
    case 'WRONGPASS':
      return { reason: `the server refuses the password${who}`, code: 'permission_denied' };
    case 'NOAUTH':
      return { reason: 'the server asks for a password and none is configured', code: 'permission_denied' };
    case 'NOPERM':
      return { reason: `the login${who} may not run INFO: add +info to its ACL`, code: 'permission_denied' };
    case 'DENIED':
      return { reason: 'the server runs in protected mode and accepts loopback only', code: 'permission_denied' };
    case 'BUSY':
      return {
        reason: 'a script holds up the server, and it answers nothing else (SCRIPT KILL ends one that wrote nothing)',
        code: 'target_unreachable',
      };
    default:
      break;
  }
  if (/max number of clients/i.test(message)) {
    return { reason: 'the server has no connection slot left (maxclients)', code: 'target_unreachable' };
  }
  return networkRefusal(thrown, attempt) ?? { reason: maskText(message), code: 'target_unreachable' };
}

/** What a failed command means, as a Fault without keys or arguments. */
export function commandFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Fault(codeOf(message), maskText(message));
}

function codeOf(message: string): FaultCode {
  if (/^(?:NOPERM|NOAUTH|WRONGPASS)/.test(message)) return 'permission_denied';
  if (/unknown (?:sub)?command/i.test(message)) return 'unsupported';
  if (/timed out/i.test(message)) return 'timed_out';
  if (/^(?:LOADING|BUSY|MASTERDOWN|CLUSTERDOWN)\b|connection|socket|stream|ECONN|EPIPE/i.test(message)) {
    return 'target_unreachable';
  }
  return 'bug';
}
