import { Fault } from '../core/errors.ts';
import type { DatabaseRoom } from '../core/room.ts';
import type { Unreached } from '../targets/postgres.ts';
import type { RedisMember, RedisTarget } from '../targets/redis.ts';
import type { MemberSpec, TargetSpec } from '../targets/spec.ts';
import { demandCredentials, loginOf } from './credentials.ts';
import { limitsOf, type OpenOptions } from './open-options.ts';
import { redisRefusal } from './redis-refusal.ts';
import { openRedisSession, type RedisSession } from './redis-session.ts';

type Met = { member: RedisMember; session: RedisSession } | { unreached: Unreached };

/**
 * Opens one connection to each member and Sentinel, side by side. One that refuses, hangs or lacks a login is a value in
 * `unreached`; only a room without any login on the target throws.
 */
export async function openRedisTarget(
  spec: TargetSpec,
  room: DatabaseRoom,
  options: OpenOptions,
): Promise<RedisTarget> {
  demandCredentials(spec, room);
  const met = await Promise.all(spec.members.map((member) => meet(spec, member, room, options)));
  const reached = met.flatMap((one) => ('session' in one ? [one] : []));
  const data = reached.filter(({ member }) => member.role !== 'sentinel');
  const masters = data.filter(({ session }) => session.roleSaid === 'master').map(({ member }) => member);
  const primary = masters.find(({ role }) => role === 'primary') ?? masters[0];
  const watchers = reached.filter(({ member }) => member.role === 'sentinel').map(({ member }) => member);
  return {
    engine: 'redis',
    name: spec.name,
    expectedReplicas: namesOf(spec, 'replica'),
    members: data.map(({ member }) => member),
    unreached: met.flatMap((one) => ('unreached' in one ? [one.unreached] : [])),
    ...(primary ? { primary } : {}),
    ...(spec.showKeyNames ? { showKeyNames: true } : {}),
    ...(spec.masterName === undefined
      ? {}
      : { sentinels: { masterName: spec.masterName, expected: namesOf(spec, 'sentinel'), members: watchers } }),
    close: async () => void (await Promise.all(reached.map(({ session }) => session.close()))),
  };
}

function namesOf(spec: TargetSpec, wanted: MemberSpec['role']): string[] {
  return spec.members.filter(({ role }) => role === wanted).map(({ name }) => name);
}

async function meet(spec: TargetSpec, member: MemberSpec, room: DatabaseRoom, options: OpenOptions): Promise<Met> {
  const { name, role, host, port } = member;
  const limits = limitsOf(options);
  let user: string | undefined;
  try {
    const login = await loginOf(spec, member, room, options);
    user = login.user;
    const session = await openRedisSession({ host, port, tls: spec.tls }, login, limits);
    return { member: { name, role, call: session.call, info: session.info, scanKeys: session.scanKeys }, session };
  } catch (thrown) {
    if (thrown instanceof Fault) return { unreached: { name, role, reason: thrown.message, code: thrown.code } };
    const attempt = { host, port, user, connectTimeoutMs: limits.connectTimeoutMs };
    return { unreached: { name, role, ...redisRefusal(thrown, attempt) } };
  }
}
