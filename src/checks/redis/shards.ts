import type { RedisCluster, RedisMember, RedisTarget } from '../../targets/redis.ts';

/** A primary with those who should copy it. A cluster has several; without its topology none is known. */
export type Shard = { primary: RedisMember; replicas: readonly (RedisMember | { name: string })[] };

/** Who should follow whom. A replica whose primary did not answer is in no shard: that is told by who did not answer. */
export function shardsOf(target: RedisTarget): Shard[] {
  const { cluster, primary } = target;
  if (cluster) return clusterShards(target, cluster);
  if (!primary) return [];
  const others = [...target.members, ...target.unreached.filter(({ role }) => role !== 'sentinel')];
  return [{ primary, replicas: others.filter(({ name }) => name !== primary.name) }];
}

function clusterShards(target: RedisTarget, { nodes, names }: RedisCluster): Shard[] {
  const memberOf = (id: string) => target.members.find(({ name }) => name === names[id]);
  const shards = nodes.flatMap(({ id, flags }) => {
    const primary = flags.includes('master') ? memberOf(id) : undefined;
    if (!primary) return [];
    const replicas = nodes
      .filter(({ primaryId }) => primaryId === id)
      .map((node) => memberOf(node.id) ?? { name: names[node.id] ?? `${node.host}:${node.port}` });
    return [{ primary, replicas }];
  });
  return shards.toSorted((a, b) => a.primary.name.localeCompare(b.primary.name));
}
