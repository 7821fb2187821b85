import { asFault, Fault } from '../../../core/errors.ts';
import { maskText } from '../../../core/mask.ts';
import type { DatabaseRoom } from '../../../core/room.ts';
import type { DeathSign } from '../../../targets/failover.ts';
import type { MemberSpec } from '../../../targets/spec.ts';
import { loginOf, type Login } from '../../credentials.ts';
import { limitsOf } from '../../open-options.ts';
import { postgresRefusal } from '../../postgres-refusal.ts';
import { openPostgresSession } from '../../postgres-session.ts';
import type { Place } from '../switchover/sessions.ts';

/** Knocks at the primary from this room: one connection, within its limits of time. It is its own witness, whatever was seen before. */
export async function probe({ spec, options }: Place, member: MemberSpec, room: DatabaseRoom): Promise<DeathSign> {
  const { host, port } = member;
  const database = spec.database ?? 'postgres';
  const limits = limitsOf(options);
  let login: Login;
  try {
    login = await loginOf(spec, member, room, options);
  } catch (thrown) {
    // Whatever became of our own password, be it a secret store that is silent: nobody has knocked.
    return sign('unknown', `${maskText(asFault(thrown).message)}.`);
  }
  try {
    const session = await openPostgresSession({ host, port, database, tls: spec.tls }, login, room, limits);
    await session.close();
    return sign('alive', `${member.name} answers.`);
  } catch (thrown) {
    const { user = 'nobody' } = login;
    const attempt = { host, port, user, database, connectTimeoutMs: limits.connectTimeoutMs };
    return sign(meaningOf(thrown), `${postgresRefusal(thrown, attempt).reason}.`);
  }
}

function sign(says: DeathSign['says'], sentence: string): DeathSign {
  return { from: 'nightshift', says, sentence };
}

/** Nobody was there, or nobody answered in time. https://nodejs.org/api/errors.html#common-system-errors */
const SILENT = new Set(['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN']);
/** Our own way to it is broken, so that it may be well. */
const OUR_SIDE = /^(?:ENETUNREACH|ENETDOWN|ENOTFOUND|EAI_\w+|EACCES|EPERM|EADDRNOTAVAIL|EMFILE|ECONNRESET|EPIPE)$/;

/**
 * Pure: whatever was said by a server, be it a refusal, says that it is alive; a connection that was cut says nothing, because
 * something on the way may have cut it.
 */
export function meaningOf(thrown: unknown): DeathSign['says'] {
  if (thrown instanceof Fault) return faultMeans(thrown);
  const code = codeOf(thrown);
  if (SILENT.has(code)) return 'dead';
  if (OUR_SIDE.test(code)) return 'unknown';
  if (/^[0-9A-Z]{5}$/.test(code) || /^(?:ERR_TLS|ERR_SSL|CERT|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|EPROTO)/.test(code))
    return 'alive';
  const message = thrown instanceof Error ? thrown.message : '';
  if (/timeout expired|timed out/i.test(message)) return 'dead';
  return /does not support SSL|SASL/i.test(message) ? 'alive' : 'unknown';
}

/** The SQLSTATE with which a fault ends that came from an answer of the server (`queryFault`); no error of the network looks like one. */
const ANSWERED = /\((?:\d[0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}\)$/;

/** It answered, be it that it was too slow; or it let us in and then fell silent; or it was no server to work with. */
function faultMeans({ code, message }: Fault): DeathSign['says'] {
  if (code === 'unsupported' || ANSWERED.test(message)) return 'alive';
  return code === 'timed_out' ? 'dead' : 'unknown';
}

function codeOf(thrown: unknown): string {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : '';
}
