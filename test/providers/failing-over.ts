import type { DatabaseRoom } from '../../src/core/room.ts';
import { aclRules } from '../../src/providers/redis-commands.ts';
import { createSecrets, openTarget } from '../../src/providers/index.ts';
import type { Failover, FailoverLook, FailoverOrder } from '../../src/targets/failover.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { until } from '../checks/looking.ts';
import type { TestRedisMember } from '../servers.ts';
import { testPasswords } from '../servers/passwords.ts';

type Servers = { spec: TargetSpec; environment: Record<string, string> };

/** Opens the servers as a room does, hands the capability over, and closes them. A server that says nothing is waited for briefly. */
async function onFailover<R>(
  servers: Servers,
  room: DatabaseRoom,
  work: (capability: Failover) => Promise<R>,
): Promise<R> {
  const secrets = createSecrets((name) => servers.environment[name]);
  const target = await openTarget(servers.spec, room, {
    secret: secrets.resolve,
    connectTimeoutMs: 700,
    queryTimeoutMs: 1000,
  });
  try {
    if (!target.failover) throw new Error('no other server can take its place');
    return await work(target.failover);
  } finally {
    await target.close();
  }
}

/** What the read room sees, or why it does not say. */
export function lookForFailover(servers: Servers, to?: string): Promise<FailoverLook | { refused: string }> {
  return onFailover(servers, 'read', (capability) => capability.look(to));
}

/** Gives the data servers the users of both rooms, with the rights that doctor asks for and no others; the target as the config would have it. */
export async function withRoomUsers<T extends Servers>(servers: T, members: readonly TestRedisMember[]): Promise<T> {
  const user = (room: 'read' | 'act') => `nightshift_${room}`;
  const rules = (room: 'read' | 'act') => aclRules(room, { isManaged: false }).split(' ');
  for (const member of members)
    for (const room of ['read', 'act'] as const)
      await member.call(
        'ACL',
        'SETUSER',
        user(room),
        'reset',
        'on',
        `>${testPasswords.cache}`,
        '-@all',
        ...rules(room),
      );
  const specs = servers.spec.members.map((one) => {
    const { read, act } = one.credentials;
    if (!read || !act) return one;
    return { ...one, credentials: { read: { ...read, user: user('read') }, act: { ...act, user: user('act') } } };
  });
  return { ...servers, spec: { ...servers.spec, members: specs } };
}

export function onFailingOver<R>(servers: Servers, work: (capability: Failover) => Promise<R>): Promise<R> {
  return onFailover(servers, 'act', work);
}

/** What the read room sees once this room and a candidate call the primary dead. */
export function untilDead(servers: Servers, to?: string): Promise<FailoverLook> {
  return until(
    () => lookForFailover(servers, to) as Promise<FailoverLook>,
    (look) =>
      'signs' in look &&
      look.signs.filter(({ says }) => says === 'dead').length >= 2 &&
      look.signs.every(({ says }) => says !== 'alive'),
  );
}

/** An order as it would be approved, for the best candidate or the one that is named. Two writers are accepted, as nothing keeps them away here. */
export function orderOf(look: FailoverLook, about: Partial<FailoverOrder> = {}): FailoverOrder {
  return {
    from: look.primary,
    to: look.candidates.find(({ unfit }) => unfit === null)?.member ?? '',
    identity: look.identity,
    acceptedLoss: { bytes: null, seconds: look.loss.seconds },
    acceptsTwoWriters: true,
    ...about,
  };
}
