import { listText } from '../../../checks/wording.ts';
import type { RedisTarget } from '../../../targets/redis.ts';
import type { MemberSpec } from '../../../targets/spec.ts';
import { memberAt } from '../../redis-failover/seen.ts';
import { shardOf, shardsOf, type Shard } from '../switchover/look.ts';

/** Pure: the shard of the server that is named; without a name the only one whose primary does not answer. */
export function shardAsked(
  { cluster, members, name }: Pick<RedisTarget, 'cluster' | 'members' | 'name'>,
  specs: readonly MemberSpec[],
  to: string | undefined,
): Shard | { refused: string } {
  if (!cluster || cluster.nodes.length === 0)
    return { refused: `no node of ${name} would say who belongs to its cluster.` };
  // A node that does not answer says no name: the config has it under its address.
  const named = cluster.nodes.flatMap(({ id, host, port }) => {
    const found = cluster.names[id] ?? memberAt(`${host}:${port}`, specs);
    return found === undefined ? [] : [[id, found] as const];
  });
  const names = Object.fromEntries(named);
  const shards = shardsOf(cluster.nodes, names);
  if (to !== undefined) return shardOf(shards, to, Object.values(names));
  const dead = shards.filter(({ primary }) => !members.some((one) => one.name === primary));
  if (dead.length === 0)
    return {
      refused: `Every primary of ${name} answers: ${listText(
        shards.map(({ primary }) => primary),
        20,
      )}.`,
    };
  return shardOf(dead, undefined, Object.values(names));
}

/** Pure: where its servers are, as the cluster announces them, which is where they look for each other. */
export function placesOf({ primary, node, replicas }: Shard): Pick<MemberSpec, 'name' | 'host' | 'port' | 'role'>[] {
  const { host, port } = node;
  return [
    { name: primary, host, port, role: 'primary' },
    ...replicas.map(({ name, node: one }) => ({ name, host: one.host, port: one.port, role: 'replica' as const })),
  ];
}
