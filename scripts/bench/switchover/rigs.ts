import { setTimeout as sleep } from 'node:timers/promises';
import { clusterApplication, sentinelApplication } from '../../../test/servers/applications.ts';
import { writeAcknowledged } from '../../../test/servers/acknowledged-writes.ts';
import type { TestCluster } from '../../../test/servers/redis-cluster.ts';
import type { TestRedis, TestRedisMember } from '../../../test/servers/redis.ts';
import type { Rig } from './hand-over.ts';

const CLIENTS = [1, 2, 3, 4];
let begun = 0;

/** A primary, a replica and three Sentinels. */
export function sentinelRig(group: TestRedis): Rig {
  const serverOf = (name: string) => (name === 'shop-cache-1' ? group.primary : group.replica);
  return {
    servers: group,
    begin: () =>
      writeAcknowledged(
        `bench-${(begun += 1)}`,
        CLIENTS.map(() => sentinelApplication(group)),
      ),
    settled: ({ from }) => untilFollows(serverOf(from)),
    keysOn:
      ({ to }) =>
      async (key) =>
        new Set((await serverOf(to)?.call('SMEMBERS', key)) as string[]),
    next: () => undefined,
    close: () => {},
  };
}

/** The first shard of three. */
export function clusterRig(cluster: TestCluster): Rig {
  const [one, four] = [cluster.primaries[0], cluster.replicas[0]];
  let to = 'shop-cluster-1';
  const reader = clusterApplication(cluster);
  return {
    servers: cluster,
    begin: () =>
      writeAcknowledged(
        `bench-${(begun += 1)}`,
        CLIENTS.map(() => clusterApplication(cluster)),
      ),
    settled: ({ from }) => untilFollows(from === 'shop-cluster-1' ? one : four),
    keysOn: () => async (key) => new Set(await reader.smembers(key)),
    next: () => (to = to === 'shop-cluster-1' ? 'shop-cluster-4' : 'shop-cluster-1'),
    close: () => reader.disconnect(),
  };
}

async function untilFollows(former: TestRedisMember | undefined): Promise<void> {
  while (!/role:slave[\s\S]*master_link_status:up/.test(String(await former?.call('INFO', 'replication'))))
    await sleep(50);
}
