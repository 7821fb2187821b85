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
    connectTimeoutMs: 2000,
    queryTimeoutMs: 3000,
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

/** What the read room sees once this room and every candidate call the primary dead, and nobody alive. */
export async function untilDead(servers: Servers, to?: string): Promise<FailoverLook> {
  return (await deadSince(servers, to)).look;
}

/** The same, with the moment at which that look began (`performance.now()`): what it says of a loss is counted from there. */
export async function deadSince(servers: Servers, to?: string): Promise<{ look: FailoverLook; askedAtMs: number }> {
  let askedAtMs = 0;
  const look = await until(() => {
    askedAtMs = performance.now();
    return lookForFailover(servers, to);
  }, isDead);
  if ('refused' in look) throw new Error(look.refused);
  return { look, askedAtMs };
}

/** Who hears of it later than the others says for a moment that he does not know. */
function isDead(look: FailoverLook | { refused: string }): boolean {
  if ('refused' in look) return false;
  const dead = new Set(look.signs.flatMap(({ from, says }) => (says === 'dead' ? from : [])));
  return (
    dead.size >= 2 &&
    dead.has('nightshift') &&
    look.candidates.every(({ member }) => dead.has(member)) &&
    look.signs.every(({ says }) => says !== 'alive')
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
