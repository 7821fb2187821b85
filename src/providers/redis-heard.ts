import { asFault, Fault } from '../core/errors.ts';
import type { DatabaseRoom } from '../core/room.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { loginOf } from './credentials.ts';
import { limitsOf, type OpenOptions } from './open-options.ts';
import { redisRefusal } from './redis-refusal.ts';
import { openRedisSession } from './redis-session.ts';

/**
 * What came back from a server that was called anew. `silence`: refused, no route, or nothing within the time limit, which a dead
 * server and one that is cut off have in common. `unsure`: it could not be called, or something on the way cut the call.
 */
export type Heard = {
  says: 'answer' | 'silence' | 'unsure';
  sentence: string;
  /** As the server itself says (`master`, `slave`); missing where it did not say. */
  roleSaid?: string;
};

/** Calls a member once, on a connection of its own that is closed again. Never throws. */
export async function hearRedisMember(
  spec: TargetSpec,
  name: string,
  room: DatabaseRoom,
  options: OpenOptions,
): Promise<Heard> {
  const member = spec.members.find((one) => one.name === name);
  if (!member) return { says: 'unsure', sentence: `${spec.name} has no member ${name}.` };
  const { host, port } = member;
  const { connectTimeoutMs, ...rest } = limitsOf(options);
  // A login that is not answered is a connection that is not there.
  const limits = { ...rest, connectTimeoutMs, queryTimeoutMs: connectTimeoutMs };
  try {
    const login = await loginOf(spec, member, room, options);
    const session = await openRedisSession({ host, port, tls: spec.tls }, login, limits);
    await session.close();
    const { roleSaid } = session;
    return { says: 'answer', sentence: `it answers (role ${roleSaid}).`, roleSaid };
  } catch (thrown) {
    const says = heardIn(thrown);
    const { reason } =
      thrown instanceof Fault
        ? { reason: asFault(thrown).message }
        : redisRefusal(thrown, { host, port, connectTimeoutMs });
    return { says, sentence: `${says === 'answer' ? 'it answers: ' : ''}${reason}.` };
  }
}

/** Codes of a host that is there no more, or of a server that does not listen. https://nodejs.org/api/errors.html#common-system-errors */
const SILENT = new Set(['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN']);

/** Pure: what a failed call tells of the server. What is not known for silence is none. */
export function heardIn(thrown: unknown): Heard['says'] {
  if (!(thrown instanceof Error) || thrown instanceof Fault) return 'unsure';
  // An error that the server itself has worded; the driver gives it this name.
  if (thrown.name === 'ReplyError' || /max number of clients/i.test(thrown.message)) return 'answer';
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  if (SILENT.has(code)) return 'silence';
  if (code !== '') return 'unsure';
  return /timeout expired|timed out|ETIMEDOUT/i.test(thrown.message) ? 'silence' : 'unsure';
}
