import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freezeProcess, thawProcess } from '../../../src/local/fleet/frozen-process.ts';
import { until } from '../../checks/looking.ts';
import { startTestRedis, type TestRedis, type TestRedisMember } from '../../servers.ts';
import { writeAcknowledged, type AcknowledgedWrites } from '../../servers/acknowledged-writes.ts';
import { deadSince, lookForFailover, onFailingOver, orderOf, untilDead, withRoomUsers } from '../failing-over.ts';
import { startWorker, type Halt } from '../start-worker.ts';

let group: TestRedis;
let writes: AcknowledgedWrites;
beforeEach(async () => {
  const started = await startTestRedis({ replica: true, secondReplica: true });
  const members = [started.primary, started.replica!, started.secondReplica!];
  group = await withRoomUsers(started, members);
  writes = writeAcknowledged('shop', [1, 2, 3, 4].map(application));
  await moreWrites();
});
afterEach(async () => {
  await writes.stop();
  await group.stop('SIGKILL');
});

function application(): Redis {
  const password = group.environment['SHOP_CACHE_PASSWORD'] ?? '';
  const client = new Redis({ port: group.primary.port, password, retryStrategy: () => 20, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  return client;
}

const serverOf = (name: string): TestRedisMember =>
  name === 'shop-cache-1' ? group.primary : name === 'shop-cache-2' ? group.replica! : group.secondReplica!;
const replicas = () => [group.replica!, group.secondReplica!];
const moreWrites = async () => {
  const before = writes.count();
  await until(
    async () => writes.count() - before,
    (more) => more >= 300,
  );
};
const lostOn = (name: string) =>
  writes.lost(async (key) => new Set((await serverOf(name).call('SMEMBERS', key)) as string[]));
const replicationOf = async (name: string) => String(await serverOf(name).call('INFO', 'replication'));
const carriedOut = (order: ReturnType<typeof orderOf>) =>
  onFailingOver(group, (capability) => capability.carryOut(order));
const settled = (order: ReturnType<typeof orderOf>) => onFailingOver(group, (capability) => capability.settle(order));
const other = (name: string) => (name === 'shop-cache-2' ? 'shop-cache-3' : 'shop-cache-2');

describe('a primary that was killed', () => {
  it('is replaced by the replica with the most of its log, which the other follows', async () => {
    await group.primary.stop('SIGKILL');
    const { look, askedAtMs } = await deadSince(group);
    expect(look).toMatchObject({ primary: 'shop-cache-1', fence: { certain: false }, loss: { bytes: null } });
    expect(look.signs.map(({ from, says }) => `${from} ${says}`)).toEqual([
      'nightshift dead',
      'shop-cache-2 dead',
      'shop-cache-3 dead',
    ]);
    const order = orderOf(look);
    const result = await carriedOut(order);
    expect(result).toMatchObject({ ended: 'failed-over', why: null, oldPrimary: 'unknown', loss: { exact: false } });
    expect(result.evidence).toContain(`${other(order.to)} follows ${order.to}.`);
    expect(result.left).toEqual([expect.stringMatching(/^Keep shop-cache-1 away\./)]);
    expect(await replicationOf(order.to)).toMatch(/role:master/);
    expect(await replicationOf(other(order.to))).toMatch(/master_link_status:up/);
    const { seconds } = look.loss;
    for (const value of await lostOn(order.to))
      expect(writes.acknowledgedAtMs(value)).toBeGreaterThan(askedAtMs - (seconds ?? 0) * 1000);
    // A second order finds that it is done, and promotes nobody.
    expect(await carriedOut(order)).toMatchObject({ ended: 'not-done' });
    expect(await settled(order)).toMatchObject({ ended: 'failed-over' });
    expect(await lookForFailover(group)).toMatchObject({ primary: order.to, signs: [{ says: 'alive' }, {}] });
  });

  it('and had acknowledged what no replica got, loses no more than was stated', async () => {
    replicas().forEach(({ pid }) => freezeProcess(pid));
    // More than the buffers of a connection hold.
    const big = Array.from({ length: 24 }, (_, n) => `big-${n}`);
    for (const key of big) await group.primary.call('SET', key, 'x'.repeat(1024 ** 2));
    await group.primary.stop('SIGKILL');
    replicas().forEach(({ pid }) => thawProcess(pid));
    const { look, askedAtMs } = await deadSince(group);
    const { seconds } = look.loss;
    const order = orderOf(look);
    expect(await carriedOut(order)).toMatchObject({ ended: 'failed-over', why: null });
    expect(await serverOf(order.to).call('EXISTS', ...big)).toBeLessThan(big.length);
    const lost = await lostOn(order.to);
    expect(lost.length).toBeGreaterThan(0);
    const oldest = Math.min(...lost.map((value) => writes.acknowledgedAtMs(value)));
    expect((askedAtMs - oldest) / 1000).toBeLessThan(seconds ?? 0);
  });

  it.each<[string, Halt, 'failed-over' | 'not-done']>([
    ['before anything was changed', { moment: 'before', command: 'REPLICAOF NO ONE' }, 'not-done'],
    ['right after the promotion', { moment: 'after', command: 'REPLICAOF NO ONE' }, 'failed-over'],
    ['before the other replica followed', { moment: 'before', command: 'REPLICAOF 127' }, 'failed-over'],
    ['when the other replica followed', { moment: 'after', command: 'REPLICAOF 127' }, 'failed-over'],
  ])('whose worker was killed %s ends in the right state', async (_, halt, ended) => {
    await group.primary.stop('SIGKILL');
    const order = orderOf(await untilDead(group));
    await (await startWorker({ servers: group, failover: order, halt })).kill();
    expect(await settled(order)).toMatchObject({ ended });
    expect(await replicationOf(order.to)).toMatch(ended === 'failed-over' ? /role:master/ : /role:slave/);
    if (ended === 'failed-over') expect(await replicationOf(other(order.to))).toMatch(/master_link_status:up/);
    expect(await settled(order)).toMatchObject({ ended });
  });
});

describe('a primary that is alive', () => {
  it('is left alone, whatever was approved', async () => {
    const look = await lookForFailover(group);
    if ('refused' in look) throw new Error(look.refused);
    expect(look.signs.map(({ says }) => says)).toEqual(['alive', 'alive', 'alive']);
    expect(await carriedOut(orderOf(look))).toMatchObject({
      ended: 'not-done',
      why: 'Seen from here: it answers (role master).',
    });
    await moreWrites();
  });

  it('is left alone when it is back before the promotion', async () => {
    freezeProcess(group.primary.pid);
    await Promise.all(replicas().map((one) => one.call('CONFIG', 'SET', 'repl-timeout', '2')));
    const order = orderOf(await untilDead(group));
    thawProcess(group.primary.pid);
    expect(await carriedOut(order)).toMatchObject({ ended: 'not-done' });
    expect(await replicationOf(order.to)).toMatch(/role:slave/);
    expect(await settled(order)).toMatchObject({ ended: 'not-done' });
    // Somebody promotes it after all, and it is made a replica again: all that it says of itself is as before.
    await serverOf(order.to).call('REPLICAOF', 'NO', 'ONE');
    await serverOf(order.to).call('SET', 'taken', '1');
    await serverOf(order.to).call('REPLICAOF', '127.0.0.1', String(group.primary.port));
    await until(
      () => replicationOf(order.to),
      (said) => said.includes('master_link_status:up'),
    );
    expect(await settled(order)).toMatchObject({
      ended: 'needs-a-human',
      why: expect.stringMatching(/may have been promoted meanwhile/) as string,
    });
  });

  it('and one whose return nobody accepted, and nothing prevents, are not replaced', async () => {
    await group.primary.stop('SIGKILL');
    const look = await untilDead(group);
    expect(await carriedOut(orderOf(look, { acceptsTwoWriters: false }))).toMatchObject({
      ended: 'not-done',
      why: expect.stringMatching(/^shop-cache-1 may come back and take writes, which nobody accepted/) as string,
    });
    const none = { bytes: 0, seconds: null };
    expect(await carriedOut(orderOf(look, { acceptedLoss: none }))).toMatchObject({
      ended: 'not-done',
      why: expect.stringMatching(/^No more than 0 bytes of log were accepted/) as string,
    });
  });
});
