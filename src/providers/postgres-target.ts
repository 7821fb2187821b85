import { Fault } from '../core/errors.ts';
import type { DatabaseRoom } from '../core/room.ts';
import type { PostgresMember, PostgresTarget, Unreached } from '../targets/postgres.ts';
import type { MemberSpec, TargetSpec } from '../targets/spec.ts';
import { demandCredentials, loginOf } from './credentials.ts';
import { fenceOf } from './fences.ts';
import { limitsOf, type OpenOptions } from './open-options.ts';
import { PAST_THE_POOLER, postgresRefusal } from './postgres-refusal.ts';
import { openPostgresSession, PoolerFault, type PostgresSession } from './postgres-session.ts';

type Met = { member: PostgresMember; session: PostgresSession } | { unreached: Unreached };

/**
 * Opens one connection to each member, side by side. A member that refuses, hangs or lacks a login is a value in `unreached`;
 * only a room without any login on the target throws.
 */
export async function openPostgresTarget(
  spec: TargetSpec,
  room: DatabaseRoom,
  options: OpenOptions,
): Promise<PostgresTarget> {
  demandCredentials(spec, room);
  const met = await Promise.all(spec.members.map((member) => meet(spec, member, room, options)));
  const reached = met.flatMap((one) => ('session' in one ? [one] : []));
  const members = reached.map(({ member }) => member);
  const primary = takesWrites(members);
  return {
    engine: 'postgres',
    name: spec.name,
    expectedReplicas: spec.members.filter(({ role }) => role === 'replica').map(({ name }) => name),
    members,
    unreached: met.flatMap((one) => ('unreached' in one ? [one.unreached] : [])),
    ...(primary ? { primary } : {}),
    ...(await fenceOf(spec, room, options)),
    close: async () => void (await Promise.all(reached.map(({ session }) => session.close()))),
  };
}

/**
 * The configured primary when it takes writes, else any member that does. After a switchover the former primary refuses them for
 * the whole server until it is a standby; a server that is alone is the primary whatever it refuses.
 */
function takesWrites(members: readonly PostgresMember[]): PostgresMember | undefined {
  const outOfRecovery = members.filter(({ inRecovery }) => !inRecovery);
  const open = outOfRecovery.filter(({ readOnlyBy }) => readOnlyBy !== 'server');
  const writable = open.length > 0 ? open : outOfRecovery;
  return writable.find(({ role }) => role === 'primary') ?? writable[0];
}

async function meet(spec: TargetSpec, configured: MemberSpec, room: DatabaseRoom, options: OpenOptions): Promise<Met> {
  const role = configured.role === 'primary' ? 'primary' : 'replica';
  const { name, host, port } = configured;
  const limits = limitsOf(options);
  const database = spec.database ?? 'postgres';
  let user = 'nobody';
  try {
    const login = await loginOf(spec, configured, room, options);
    user = login.user ?? user;
    const session = await openPostgresSession({ host, port, database, tls: spec.tls }, login, room, limits);
    const { version, inRecovery, readOnlyBy, query } = session;
    const member: PostgresMember = { name, role, version, inRecovery, ...(readOnlyBy ? { readOnlyBy } : {}), query };
    return { member, session };
  } catch (thrown) {
    if (thrown instanceof Fault) {
      const next = thrown instanceof PoolerFault ? { next: PAST_THE_POOLER } : {};
      return { unreached: { name, role, reason: thrown.message, code: thrown.code, ...next } };
    }
    const attempt = { host, port, user, database, connectTimeoutMs: limits.connectTimeoutMs };
    return { unreached: { name, role, ...postgresRefusal(thrown, attempt) } };
  }
}
