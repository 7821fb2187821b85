import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisTargetContract } from '../contracts/redis-target.ts';
import { onRedis } from '../checks/looking.ts';
import { startTestCluster, type TestCluster } from '../servers.ts';

redisTargetContract('cluster', { sentinels: false });

describe('a real Redis Cluster', () => {
  let server: TestCluster;
  beforeAll(async () => {
    server = await startTestCluster();
  });
  afterAll(() => server.stop());

  const naming = (...numbers: number[]) => ({
    ...server,
    spec: { ...server.spec, members: server.spec.members.filter((_, at) => numbers.includes(at + 1)) },
  });
  const placeOf = (n: number) => `127.0.0.1:${server.spec.members[n - 1]?.port}`;

  it('is opened as a whole by the names of the config', async () => {
    await onRedis(server, async ({ members, unreached, cluster }) => {
      expect(members.map(({ name, roleNow }) => `${name} ${roleNow}`)).toEqual([
        ...[1, 2, 3].map((n) => `shop-cluster-${n} primary`),
        ...[4, 5, 6].map((n) => `shop-cluster-${n} replica`),
      ]);
      expect(unreached).toEqual([]);
      expect(Object.values(cluster?.names ?? {}).toSorted()).toEqual(members.map(({ name }) => name).toSorted());
    });
  });

  it('is opened as a whole where the config names one node: the others by their addresses', async () => {
    await onRedis(naming(2), async ({ members, cluster }) => {
      expect(members.map(({ name }) => name).toSorted()).toEqual(
        ['shop-cluster-2', ...[1, 3, 4, 5, 6].map(placeOf)].toSorted(),
      );
      expect(members.find(({ name }) => name === placeOf(4))).toMatchObject({ role: 'replica', roleNow: 'replica' });
      expect(cluster?.nodes).toHaveLength(6);
      expect(Object.keys(cluster?.names ?? {})).toHaveLength(6);
    });
  });

  it('does not open a node a second time that the config names by a host name, or that does not answer', async () => {
    await server.replicas[2]?.stop('SIGKILL');
    const spec = server.spec.members.map((member, at) => (at === 5 ? { ...member, host: 'localhost' } : member));
    await onRedis({ ...server, spec: { ...server.spec, members: spec } }, async ({ members, unreached }) => {
      expect(members).toHaveLength(5);
      expect(unreached.map(({ name }) => name)).toEqual(['shop-cluster-6']);
    });
    await onRedis(naming(1), async ({ unreached }) => {
      expect(unreached).toMatchObject([{ name: placeOf(6), role: 'replica', code: 'target_unreachable' }]);
    });
  });

  it('is opened by what the config names where CLUSTER is not allowed', async () => {
    await server.primaries[0]?.call('ACL', 'SETUSER', 'default', '-cluster');
    await onRedis(naming(1), async ({ members, cluster }) => {
      expect(members.map(({ name }) => name)).toEqual(['shop-cluster-1']);
      expect(cluster).toEqual({ nodes: [], names: {} });
    });
  });
});
