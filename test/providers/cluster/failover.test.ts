import type { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../checks/looking.ts';
import { startTestCluster, type TestCluster, type TestRedisMember } from '../../servers.ts';
import { writeAcknowledged, type AcknowledgedWrites } from '../../servers/acknowledged-writes.ts';
import { clusterApplication } from '../../servers/applications.ts';
import { deadSince, lookForFailover, onFailingOver, orderOf, untilDead, withRoomUsers } from '../failing-over.ts';
import { startWorker } from '../start-worker.ts';

let cluster: TestCluster;
let reader: Cluster;
let writes: AcknowledgedWrites;
beforeAll(async () => {
  const started = await startTestCluster();
  cluster = await withRoomUsers(started, [...started.primaries, ...started.replicas]);
  reader = clusterApplication(cluster);
  writes = writeAcknowledged(
    'shop',
    [1, 2, 3, 4, 5, 6].map(() => clusterApplication(cluster)),
  );
  // Each fails over when it is told to, and not by itself.
  for (const replica of cluster.replicas) await replica.call('CONFIG', 'SET', 'cluster-replica-no-failover', 'yes');
  await untilSeen(/(slave,nofailover[^]*){3}/);
});
afterAll(async () => {
  await writes.stop();
  reader.disconnect();
  await cluster.stop();
});

const serverOf = (n: number): TestRedisMember => [...cluster.primaries, ...cluster.replicas][n - 1]!;
const moreWrites = async () => {
  const before = writes.count();
  await until(
    async () => writes.count() - before,
    (more) => more >= 300,
  );
};
const nodesSeenBy = async (n: number) => String(await serverOf(n).call('CLUSTER', 'NODES'));
const untilSeen = (wanted: RegExp) =>
  until(
    () => nodesSeenBy(3),
    (nodes) => wanted.test(nodes),
  );
/** The nodes that live agree that a primary has failed. */
const untilFailed = (n: number) => untilSeen(new RegExp(`:${serverOf(n).port}@\\S+ master,fail `));
const nodeTimeout = (which: readonly number[], milliseconds: number) =>
  Promise.all(which.map((n) => serverOf(n).call('CONFIG', 'SET', 'cluster-node-timeout', String(milliseconds))));
const roleOf = async (n: number) => String(((await serverOf(n).call('ROLE')) as unknown[])[0]);
const carriedOut = (order: ReturnType<typeof orderOf>) =>
  onFailingOver(cluster, (capability) => capability.carryOut(order));
const settled = (order: ReturnType<typeof orderOf>) => onFailingOver(cluster, (capability) => capability.settle(order));

describe('the failover of one shard of a Redis Cluster', () => {
  it('is for a primary that does not answer', async () => {
    expect(await lookForFailover(cluster)).toMatchObject({
      refused: expect.stringMatching(/^Every primary of shop-cluster answers/) as string,
    });
    const look = await lookForFailover(cluster, 'shop-cluster-4');
    if ('refused' in look) throw new Error(look.refused);
    expect(look.signs.map(({ from, says }) => `${from} ${says}`)).toEqual([
      'nightshift alive',
      'shop-cluster-4 alive',
      'shop-cluster-2 alive',
      'shop-cluster-3 alive',
    ]);
    expect(await carriedOut(orderOf(look, { to: 'shop-cluster-4' }))).toMatchObject({ ended: 'not-done' });
    expect(await roleOf(4)).toBe('slave');
  });

  it('is left to the cluster where it elects by itself', async () => {
    await serverOf(4).call('CONFIG', 'SET', 'cluster-replica-no-failover', 'no');
    await until(
      () => nodesSeenBy(3),
      (nodes) => nodes.match(/nofailover/g)?.length === 2,
    );
    // The look comes before anybody is elected, however long it takes.
    await nodeTimeout([1, 2, 3, 4, 5, 6], 60_000);
    await serverOf(1).stop('SIGKILL');
    await until(
      () => lookForFailover(cluster, 'shop-cluster-4'),
      (look) => 'refused' in look && look.refused.startsWith('The cluster does this by itself: '),
    );
    await nodeTimeout([2, 3, 4, 5, 6], 1500);
    await until(
      () => roleOf(4),
      (role) => role === 'master',
    );
    await moreWrites();
  });

  it('has it elected where it does not, and loses no more than was stated', async () => {
    await moreWrites();
    await serverOf(2).stop('SIGKILL');
    await untilFailed(2);
    // Of those that live nobody suspects another one, however long he has to wait for the processor.
    await nodeTimeout([3, 4, 5, 6], 15_000);
    // Not every voter hears at once that the others have agreed.
    const { look, askedAtMs } = await until(
      () => deadSince(cluster),
      (seen) => seen.look.signs.every(({ says }) => says === 'dead'),
    );
    expect(look).toMatchObject({ primary: 'shop-cluster-2', loss: { bytes: null } });
    expect(look.signs.map(({ from, says }) => `${from} ${says}`)).toEqual(
      ['nightshift', 'shop-cluster-5', 'shop-cluster-3', 'shop-cluster-4'].map((from) => `${from} dead`),
    );
    const order = orderOf(look, { acceptsTwoWriters: false });
    const result = await carriedOut(order);
    expect(result).toMatchObject({ ended: 'failed-over', why: null, oldPrimary: 'unknown', loss: { exact: false } });
    expect(result.left).toEqual([
      expect.stringMatching(/^When shop-cluster-2 is back it follows shop-cluster-5 by itself/),
    ]);
    await moreWrites();
    const lost = await writes.lost(async (key) => new Set(await reader.smembers(key)));
    for (const value of lost)
      expect(writes.acknowledgedAtMs(value)).toBeGreaterThan(askedAtMs - (look.loss.seconds ?? 0) * 1000);
    expect(await carriedOut(order)).toMatchObject({ ended: 'not-done' });
  });

  it('without a majority takes over only where all that may come of it was accepted', async () => {
    await nodeTimeout([3, 4, 5, 6], 1500);
    await Promise.all([3, 4].map((n) => serverOf(n).stop('SIGKILL')));
    const look = await until(
      () => untilDead(cluster, 'shop-cluster-6'),
      ({ prechecks }) => prechecks.some(({ name, says }) => name === 'Majority' && says === 'warns'),
    );
    const order = orderOf(look, { acceptedLoss: { bytes: null, seconds: null } });
    expect(await carriedOut({ ...order, acceptsTwoWriters: false })).toMatchObject({
      ended: 'not-done',
      why: expect.stringMatching(/^Without a majority/) as string,
    });
    const some = { bytes: null, seconds: 60 };
    expect(await carriedOut({ ...order, acceptedLoss: some })).toMatchObject({
      ended: 'not-done',
      why: expect.stringMatching(/^Nobody can bound the loss any more/) as string,
    });
    const halt = { moment: 'after', command: 'CLUSTER FAILOVER TAKEOVER' } as const;
    await (await startWorker({ servers: cluster, failover: order, halt })).kill();
    expect(await settled(order)).toMatchObject({ ended: 'failed-over', why: null });
    expect(await roleOf(6)).toBe('master');
  });
});
