import type { Precheck } from '../../targets/switchover.ts';
import type { RedisTarget } from '../../targets/redis.ts';

/** What the Redis server that takes writes says of itself. */
export type RedisSeen = {
  member: string;
  /** Another one after every start of the process. */
  serverRun: string;
  takesWrites: boolean;
  /** Other members that say that they take writes, too. */
  rivals: readonly string[];
  /** Replicas that are connected to it, with the bytes that they have not acknowledged yet. */
  readers: readonly { name: string; bytesBehind: number }[];
};

/** The first of the named members that the target has; null where it does not answer. */
export async function seeRedis(target: RedisTarget, names: readonly string[]): Promise<RedisSeen | null> {
  const known = [...target.members, ...target.unreached].map(({ name }) => name);
  const wanted = names.find((name) => known.includes(name));
  const member = target.members.find(({ name }) => name === wanted);
  if (!member) return null;
  const [{ run_id: serverRun = '' }, replication] = [await member.info('server'), await member.info('replication')];
  return {
    member: member.name,
    serverRun,
    takesWrites: replication['role'] === 'master',
    rivals: target.members.filter((one) => one !== member && one.roleNow === 'primary').map(({ name }) => name),
    readers: readersIn(replication),
  };
}

/** Pure: the `slave0:ip=…,port=…,state=online,offset=…` lines; https://redis.io/docs/latest/commands/info/ */
export function readersIn(replication: Readonly<Record<string, string>>): RedisSeen['readers'] {
  const sent = Number(replication['master_repl_offset'] ?? 0);
  return Object.entries(replication).flatMap(([key, value]) => {
    if (!/^slave\d+$/.test(key)) return [];
    const { ip, port, state, offset } = Object.fromEntries(value.split(',').map((pair) => pair.split('='))) as Record<
      string,
      string | undefined
    >;
    return state === 'online' ? [{ name: `${ip}:${port}`, bytesBehind: Math.max(0, sent - Number(offset ?? 0)) }] : [];
  });
}

/** Pure: what has to be so. */
export function redisPrechecks({ member, takesWrites, rivals, readers }: RedisSeen): Precheck[] {
  return [
    takesWrites
      ? { name: 'Writes', says: 'ok', sentence: 'It says that it takes them.' }
      : {
          name: 'Writes',
          says: 'stops',
          sentence: `${member} says that it takes no writes, and the cloud that it is the one that does.`,
        },
    rivals.length === 0
      ? { name: 'Other primaries', says: 'ok', sentence: 'None.' }
      : {
          name: 'Other primaries',
          says: 'stops',
          sentence: `${rivals.join(', ')} takes writes, too: look at that first.`,
        },
    readers.length > 0
      ? { name: 'Connected replicas', says: 'ok', sentence: `${readers.length}.` }
      : { name: 'Connected replicas', says: 'stops', sentence: `No replica is connected to ${member}.` },
  ];
}
