import type { Cluster } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freezeProcess, thawProcess } from '../../../src/local/fleet/frozen-process.ts';
import { until } from '../../checks/looking.ts';
import { startTestCluster, type TestCluster } from '../../servers.ts';
import { writeAcknowledged, type AcknowledgedWrites } from '../../servers/acknowledged-writes.ts';
import { clusterApplication } from '../../servers/applications.ts';
import { startWorker } from '../start-worker.ts';
import { expectMeasured, isReady, onActing, onReading, orderOf, withCanary } from '../switching.ts';

let cluster: TestCluster;
let reader: Cluster;
let writes: AcknowledgedWrites;
let round = 0;
beforeAll(async () => {
  cluster = await startTestCluster();
  reader = clusterApplication(cluster);
});
beforeEach(() => {
  writes = writeAcknowledged(
    `round-${(round += 1)}`,
    [1, 2, 3, 4, 5, 6].map(() => clusterApplication(cluster)),
  );
});
afterEach(() => writes.stop());
afterAll(async () => {
  reader.disconnect();
  await cluster.stop();
});

const moreWrites = async (least = 300) => {
  const before = writes.count();
  await until(
    async () => writes.count() - before,
    (more) => more >= least,
  );
};
const lost = () => writes.lost(async (key) => new Set(await reader.smembers(key)));
const lookFor = (to: string) => onReading(cluster, (capability) => capability.look(to));
const roleOf = async (name: string) => {
  const member = [...cluster.primaries, ...cluster.replicas].find((one) => one.name === name);
  const said = await member?.call('ROLE');
  return Array.isArray(said) ? String(said[0]) : '';
};

describe('a switchover of one shard of a Redis Cluster', () => {
  it('asks which shard is meant, and names the replicas', async () => {
    const look = await onReading(cluster, (capability) => capability.look());
    expect(look).toEqual({
      refused:
        'The cluster has 3 shards. Name the replica that takes the writes of its shard: shop-cluster-4 (instead of shop-cluster-1), shop-cluster-5 (instead of shop-cluster-2), shop-cluster-6 (instead of shop-cluster-3).',
    });
    expect(await lookFor('shop-cluster-9')).toMatchObject({
      refused: expect.stringMatching(/^shop-cluster-9 is no node of this cluster\. Name the replica/) as string,
    });
    expect(await lookFor('shop-cluster-5')).toMatchObject({ primary: 'shop-cluster-2' });
  });

  it('loses no acknowledged write, there and back again', async () => {
    for (const to of ['shop-cluster-4', 'shop-cluster-1']) {
      await moreWrites();
      const order = await orderOf(cluster, { to });
      const result = await onActing(cluster, (capability) => capability.carryOut(order));
      expect(result).toMatchObject({ ended: 'switched', lost: 'none', left: [] });
      await moreWrites();
      expect([await roleOf(order.from), await roleOf(to)]).toEqual(['slave', 'master']);
      expect(await lost()).toEqual([]);
    }
    expect(writes.count()).toBeGreaterThan(1000);
  });

  it('is measured by a canary with a key of the shard that is moved', async () => {
    for (const to of ['shop-cluster-6', 'shop-cluster-3']) {
      const order = await orderOf(cluster, { to });
      const result = await onActing(withCanary(cluster), (capability) => capability.carryOut(order));
      expect(result).toMatchObject({ ended: 'switched', lost: 'none' });
      expectMeasured(result.canary, order);
    }
    await moreWrites();
    expect(await lost()).toEqual([]);
  });

  it('ends in the right state when its worker was killed', async () => {
    const order = await orderOf(cluster, { to: 'shop-cluster-5' });
    const halted = (moment: 'before' | 'after') =>
      startWorker({ servers: cluster, order, halt: { moment, command: 'CLUSTER FAILOVER' } });
    const settled = () => onActing(cluster, (capability) => capability.settle(order));
    await moreWrites();
    await (await halted('before')).kill();
    expect(await settled()).toMatchObject({ ended: 'rolled-back' });
    await (await halted('after')).kill();
    expect(await settled()).toMatchObject({ ended: 'switched', left: [] });
    await moreWrites();
    expect([await roleOf('shop-cluster-2'), await roleOf('shop-cluster-5')]).toEqual(['slave', 'master']);
    expect(await lost()).toEqual([]);
  });

  it('leaves everything as it was when no majority votes', async () => {
    const order = await orderOf(cluster, { to: 'shop-cluster-6' });
    const worker = await startWorker({
      servers: cluster,
      order,
      halt: { moment: 'before', command: 'CLUSTER FAILOVER' },
    });
    // Nobody who could be elected in their place.
    const others = [1, 2, 4, 5].map((n) => cluster.spec.members[n - 1]?.name);
    const pids = [...cluster.primaries, ...cluster.replicas]
      .filter(({ name }) => others.includes(name))
      .map(({ pid }) => pid);
    pids.forEach(freezeProcess);
    const result = await worker.goOn();
    pids.forEach(thawProcess);
    expect(result).toMatchObject({ ended: 'rolled-back', why: 'shop-cluster-6 was not elected within 5 s.' });
    expect([await roleOf('shop-cluster-3'), await roleOf('shop-cluster-6')]).toEqual(['master', 'slave']);
    await until(
      () => lookFor('shop-cluster-6'),
      (look) => !('refused' in look) && isReady(look),
    );
    await moreWrites();
    // The cluster itself may have replaced a primary that stood still for so long; that shard is not ours.
    expect(await writes.lost(inShardOf('shop-cluster-3'))).toEqual([]);
  });
});

/** What a server has of a key; of a key in another shard everything counts as there. */
function inShardOf(name: string): (key: string) => Promise<ReadonlySet<string>> {
  const member = [...cluster.primaries, ...cluster.replicas].find((one) => one.name === name);
  const all = { has: () => true } as unknown as ReadonlySet<string>;
  return async (key) => {
    const said = await member?.call('SMEMBERS', key).catch((thrown: unknown) => String(thrown));
    if (String(said).includes('MOVED')) return all;
    return new Set(Array.isArray(said) ? said.map(String) : []);
  };
}
