import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { freezeProcess, thawProcess } from '../../src/local/fleet/frozen-process.ts';
import { until } from '../checks/looking.ts';
import { lookForFailover, onFailingOver, orderOf, untilDead } from '../providers/failing-over.ts';
import { startWorker } from '../providers/start-worker.ts';
import { startTestCluster, startTestRedis, type TestRedis, type TestRedisMember } from '../servers.ts';
import { writeAcknowledged, type AcknowledgedWrites } from '../servers/acknowledged-writes.ts';
import { rounds } from './rounds.ts';

let group: TestRedis;
let writes: AcknowledgedWrites | undefined;
afterEach(async () => {
  await writes?.stop();
  await group?.stop('SIGKILL');
  writes = undefined;
});

async function start(about: { sentinels: boolean }): Promise<AcknowledgedWrites> {
  group = await startTestRedis({ replica: true, secondReplica: true, ...about });
  const started = writeAcknowledged('shop', [1, 2, 3, 4].map(application));
  writes = started;
  await until(
    async () => started.count(),
    (count) => count > 300,
  );
  return started;
}

/** It knows the address of the old primary only, as long as that lives. */
function application(): Redis {
  const password = group.environment['SHOP_CACHE_PASSWORD'] ?? '';
  const client = new Redis({ port: group.primary.port, password, retryStrategy: () => 20, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  return client;
}

const replicas = () => [group.replica!, group.secondReplica!];
const serverOf = (name: string): TestRedisMember => (name === 'shop-cache-2' ? group.replica! : group.secondReplica!);
/** A Sentinel that demotes a server ends every connection to it. */
const replicationOf = async (name: string) =>
  String(
    await serverOf(name)
      .call('INFO', 'replication')
      .catch(() => ''),
  );
const carriedOut = (order: ReturnType<typeof orderOf>) =>
  onFailingOver(group, (capability) => capability.carryOut(order));
const settled = (order: ReturnType<typeof orderOf>) => onFailingOver(group, (capability) => capability.settle(order));
const lostOn = (name: string, known: AcknowledgedWrites) =>
  known.lost(async (key) => new Set((await serverOf(name).call('SMEMBERS', key)) as string[]));

describe('a primary without Sentinels', () => {
  it(`that is killed under writes ${rounds} times loses no more than was stated`, { timeout: 600_000 }, async () => {
    const told: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const known = await start({ sentinels: false });
      // Every second time the replicas get nothing for a while, as with a network that fails first.
      if (round % 2 === 1) {
        replicas().forEach(({ pid }) => freezeProcess(pid));
        for (let n = 0; n < 24; n += 1) await group.primary.call('SET', `big-${n}`, 'x'.repeat(1024 ** 2));
      }
      const diedAtMs = performance.now();
      await group.primary.stop('SIGKILL');
      replicas().forEach(({ pid }) => thawProcess(pid));
      const look = await untilDead(group);
      const lookedAtMs = performance.now();
      const order = orderOf(look);
      expect(await carriedOut(order)).toMatchObject({ ended: 'failed-over' });
      const lost = await lostOn(order.to, known);
      const seconds = lost.map((value) => (diedAtMs - known.acknowledgedAtMs(value)) / 1000);
      const oldest = Math.max(0, ...seconds) + (lookedAtMs - diedAtMs) / 1000;
      expect(oldest).toBeLessThan(look.loss.seconds ?? 0);
      told.push(`${lost.length} of ${known.count()} (${Math.max(0, ...seconds).toFixed(2)} s)`);
      await known.stop();
      await group.stop('SIGKILL');
    }
    console.log(`lost in each round: ${told.join(', ')}`);
  });

  it('that is halted while its replicas lag loses no more than was stated', async () => {
    const known = await start({ sentinels: false });
    replicas().forEach(({ pid }) => freezeProcess(pid));
    const laggingSinceMs = performance.now();
    // More than the buffers of a connection hold: the rest waits in the primary, and goes with it.
    for (let n = 0; n < 24; n += 1) await group.primary.call('SET', `big-${n}`, 'x'.repeat(1024 ** 2));
    await until(
      async () => performance.now() - laggingSinceMs,
      (lagMs) => lagMs > 6000,
    );
    freezeProcess(group.primary.pid);
    // What they hear now was sent seconds ago.
    replicas().forEach(({ pid }) => thawProcess(pid));
    const look = await untilDead(group);
    const lookedAtMs = performance.now();
    const order = orderOf(look);
    expect(await carriedOut(order)).toMatchObject({ ended: 'failed-over' });
    const lost = await lostOn(order.to, known);
    expect(lost.length).toBeGreaterThan(0);
    const oldest = Math.min(...lost.map((value) => known.acknowledgedAtMs(value)));
    expect((lookedAtMs - oldest) / 1000).toBeLessThan(look.loss.seconds ?? 0);
  });

  it('that is halted is dead once its links are quiet; back again, both are told of', async () => {
    await start({ sentinels: false });
    freezeProcess(group.primary.pid);
    const dead = { from: 'nightshift', says: 'dead' };
    expect(await lookForFailover(group)).toMatchObject({ signs: [dead, { says: 'alive' }, { says: 'alive' }] });
    const order = orderOf(await untilDead(group));
    expect(await carriedOut(order)).toMatchObject({ ended: 'failed-over', oldPrimary: 'unknown' });
    thawProcess(group.primary.pid);
    const now = await until(
      () => settled(order),
      (result) => result !== 'unknown' && result.loss.sentences.length > 1,
    );
    expect(now).toMatchObject({ ended: 'needs-a-human', oldPrimary: 'unknown' });
    expect(now).toMatchObject({
      why: expect.stringMatching(/^two servers take writes: shop-cache-1 is back/) as string,
    });
    expect(now).toMatchObject({ left: [expect.stringMatching(/^Two servers take writes: shop-cache-1 is back/)] });
    expect(now).toMatchObject({ loss: { sentences: [{}, expect.stringMatching(/^shop-cache-1 has .* of log that/)] } });
    const refused = `shop-cache-1 and ${order.to} both take writes: ${order.to} took the place of shop-cache-1, which is back`;
    expect(await lookForFailover(group)).toMatchObject({ refused: expect.stringContaining(refused) as string });
    await group.primary.call('REPLICAOF', '127.0.0.1', String(serverOf(order.to).port));
    expect(await settled(order)).toMatchObject({ ended: 'failed-over', oldPrimary: 'fenced', left: [] });
  });

  it('is not replaced by a worker that was given up and lives on', async () => {
    await start({ sentinels: false });
    await group.primary.stop('SIGKILL');
    const order = orderOf(await untilDead(group));
    const halt = { moment: 'before', command: 'REPLICAOF NO ONE' } as const;
    const worker = await startWorker({ servers: group, failover: order, halt });
    expect(await settled(order)).toMatchObject({ ended: 'not-done' });
    expect(await worker.goOn()).toMatchObject({ ended: 'needs-a-human' });
    expect(await replicationOf(order.to)).toMatch(/role:slave/);
  });
});

it('Sentinels that come back as they were, with the old primary, discard what the new one took, as it is said', async () => {
  await start({ sentinels: true });
  const away = [group.primary, ...group.sentinels.slice(0, 2)];
  away.forEach(({ pid }) => freezeProcess(pid));
  for (const one of replicas()) await one.call('CONFIG', 'SET', 'repl-timeout', '2');
  // The connections of a halted Sentinel stay: it is gone for the replicas when it has not asked for some seconds.
  const look = await untilDead(group);
  const order = orderOf(look);
  const result = await carriedOut(order);
  expect(result).toMatchObject({ ended: 'failed-over' });
  expect(result.left).toContainEqual(
    expect.stringMatching(/^shop-cache-s1, shop-cache-s2 must not meet shop-cache-1 again/),
  );
  await serverOf(order.to).call('SET', 'taken-after', '1');
  away.forEach(({ pid }) => thawProcess(pid));
  await until(
    () => replicationOf(order.to),
    (said) => said.includes('role:slave') && said.includes('master_link_status:up'),
  );
  expect(await serverOf(order.to).call('EXISTS', 'taken-after')).toBe(0);
});

it('a worker that dies before it orders a replica of a cluster leaves everything as it is', async () => {
  const cluster = await startTestCluster();
  try {
    const [primary, replica] = [cluster.primaries[0]!, cluster.replicas[0]!];
    await replica.call('CONFIG', 'SET', 'cluster-replica-no-failover', 'yes');
    await primary.stop('SIGKILL');
    const order = orderOf(await untilDead(cluster, 'shop-cluster-4'));
    const halt = { moment: 'before', command: 'CLUSTER FAILOVER' } as const;
    await (await startWorker({ servers: cluster, failover: order, halt })).kill();
    const end = await onFailingOver(cluster, (capability) => capability.settle(order));
    expect(end).toMatchObject({ ended: 'not-done' });
    expect(await replica.call('ROLE')).toContain('slave');
  } finally {
    await cluster.stop();
  }
});
