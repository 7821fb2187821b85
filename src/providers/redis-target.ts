import { Fault } from '../core/errors.ts';
import type { DatabaseRoom } from '../core/room.ts';
import type { Unreached } from '../targets/postgres.ts';
import type { RedisMember, RedisTarget } from '../targets/redis.ts';
import type { MemberSpec, TargetSpec } from '../targets/spec.ts';
import { demandCredentials, loginOf, type Login } from './credentials.ts';
import { limitsOf, type OpenOptions } from './open-options.ts';
import { clusterView, namesById, unnamedNodes } from './redis-cluster.ts';
import { redisRefusal } from './redis-refusal.ts';
import { openRedisSession, type RedisSession } from './redis-session.ts';

type Met = { member: RedisMember; session: RedisSession } | { unreached: Unreached };

/**
 * Opens one connection to each member and Sentinel, side by side, and then to the nodes that a cluster has beside them. One that
 * refuses, hangs or lacks a login is a value in `unreached`; only a room without any login on the target throws.
 */
export async function openRedisTarget(
  spec: TargetSpec,
  room: DatabaseRoom,
  options: OpenOptions,
): Promise<RedisTarget> {
  demandCredentials(spec, room);
  const named = await Promise.all(spec.members.map((member) => meet(spec, member, room, options)));
  const view = await clusterView(
    named.flatMap((one) => ('session' in one && one.session.isClustered ? [one.member] : [])),
  );
  const others = view ? await unnamedNodes(spec, room, view) : [];
  const met = [...named, ...(await Promise.all(others.map((member) => meet(spec, member, room, options))))];
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
    ...(view ? { cluster: { nodes: view.nodes, names: { ...view.names, ...namesById(view, others) } } } : {}),
    close: async () => void (await Promise.all(reached.map(({ session }) => session.close()))),
  };
}

/** One more connection to a member of a target that is open. Throws a Fault when it cannot be reached. */
export async function openRedisMember(
  spec: TargetSpec,
  name: string,
  room: DatabaseRoom,
  options: OpenOptions,
): Promise<{ member: RedisMember; close(): Promise<void> }> {
  const member = spec.members.find((one) => one.name === name);
  if (!member) throw new Fault('invalid_request', `${spec.name} has no member ${name}`);
  const met = await meet(spec, member, room, options);
  if ('unreached' in met) throw new Fault(met.unreached.code, met.unreached.reason);
  return { member: met.member, close: met.session.close };
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
    return { member: memberOf(member, login, session), session };
  } catch (thrown) {
    if (thrown instanceof Fault) return { unreached: { name, role, reason: thrown.message, code: thrown.code } };
    const attempt = { host, port, user, connectTimeoutMs: limits.connectTimeoutMs };
    return { unreached: { name, role, ...redisRefusal(thrown, attempt) } };
  }
}

function memberOf({ name, role }: MemberSpec, { user }: Login, session: RedisSession): RedisMember {
  const { call, info, scanKeys, roleSaid } = session;
  const roleNow = roleSaid === 'master' ? 'primary' : roleSaid === 'slave' ? 'replica' : undefined;
  return {
    name,
    role,
    ...(roleNow === undefined || role === 'sentinel' ? {} : { roleNow }),
    ...(user === undefined ? {} : { user }),
    call,
    info,
    scanKeys,
  };
}
