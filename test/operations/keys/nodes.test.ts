import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseServer, findNodes } from '../../../src/operations/keys/nodes.ts';
import { onRedis, until } from '../../checks/looking.ts';
import {
  startTestCluster,
  startTestRedis,
  type TestCluster,
  type TestRedis,
  type TestRedisMember,
} from '../../servers.ts';
import { byText, fact, fill, nodeOf, reportOn, rowsOf, sliceOf, withClient } from './on-keys.ts';

const server = (name: string, info: Record<string, string>) => ({ name, info });
const primary = server('primary', { role: 'master' });
const following = { role: 'slave', master_link_status: 'up', master_sync_in_progress: '0' };

/** How often a server was asked for the names of keys since it started. */
async function scansOf(member: TestRedisMember): Promise<number> {
  const said = String(await member.call('INFO', 'commandstats'));
  return Number(/cmdstat_scan:calls=(\d+)/.exec(said)?.[1] ?? 0);
}

describe('the server that is read', () => {
  it.each([
    [
      'the replica that is nearest',
      [
        primary,
        server('far', { ...following, slave_repl_offset: '9' }),
        server('near', { ...following, slave_repl_offset: '10' }),
      ],
      'near',
    ],
    ['not a replica without a link', [primary, server('cut', { ...following, master_link_status: 'down' })], 'primary'],
    [
      'not a replica that is being filled',
      [primary, server('new', { ...following, master_sync_in_progress: '1' })],
      'primary',
    ],
    [
      'a replica without a link when nobody else answers',
      [server('cut', { ...following, master_link_status: 'down' })],
      'cut',
    ],
  ])('is %s', (_what, group, name) => {
    expect(chooseServer(group)?.name).toBe(name);
  });
});

describe('a primary with a replica and Sentinels', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startTestRedis({ replica: true, sentinels: true });
    await withClient(redis.url, (client) => fill(client, 'user', 3000));
    await until(
      () => redis.replica!.call('DBSIZE'),
      (keys) => keys === 3000,
    );
  });
  afterAll(() => redis.stop());

  it('is read on the replica, and the primary is asked for no key', async () => {
    const report = await onRedis(redis, (target) => reportOn(target, { mode: 'full' }));
    expect(report.headline).toMatch(/in 3,000 keys of 1 pattern; .*every key was looked at/);
    expect(fact(report, 'Read from')).toBe('shop-cache-2 (replica)');
    expect(await scansOf(redis.primary)).toBe(0);
    expect(await scansOf(redis.replica!)).toBeGreaterThan(0);
  });

  it('is left alone when the replica was promoted after it was chosen', async () => {
    await onRedis(redis, async (target) => {
      const node = await nodeOf(target);
      await redis.replica!.call('REPLICAOF', 'NO', 'ONE');
      const slice = await sliceOf(target, { node });
      expect(slice).toMatchObject({ stopped: 'broken', reason: 'it was promoted to primary', seen: 0 });
      await redis.replica!.call('REPLICAOF', '127.0.0.1', String(redis.primary.port));
      await until(
        async () => String(await redis.replica!.call('INFO', 'replication')),
        (said) => said.includes('master_link_status:up'),
      );
    });
  });

  it('is read on the primary only when no replica answers, and says so', async () => {
    await redis.replica!.stop('SIGKILL');
    const report = await onRedis(redis, (target) => reportOn(target));
    expect(fact(report, 'Read from')).toBe('shop-cache-1 (primary, no replica of it answers and follows)');
    expect(report.coverage).toMatchObject({ asked: 2, answered: 1, gaps: [{ kind: 'unreliable' }] });
  });
});

describe('a cluster', () => {
  let cluster: TestCluster;
  const names = Array.from({ length: 600 }, (_, n) => `user:${n}:cart`);
  beforeAll(async () => {
    cluster = await startTestCluster();
    const { Cluster } = await import('ioredis');
    const options = { password: cluster.environment['SHOP_CACHE_PASSWORD'] ?? '' };
    const client = new Cluster([{ host: '127.0.0.1', port: cluster.primaries[0]!.port }], { redisOptions: options });
    await Promise.all(names.map((name) => client.set(name, 'x'.repeat(50))));
    client.disconnect();
    const replicated = async () => Promise.all(cluster.replicas.map(async (one) => Number(await one.call('DBSIZE'))));
    await until(replicated, (counts) => counts.reduce((sum, one) => sum + one, 0) === names.length);
  });
  afterAll(() => cluster?.stop());

  it('is read on a replica of each primary, and its keys add up', async () => {
    const report = await onRedis(cluster, (target) => reportOn(target));
    expect(report.headline).toMatch(
      /in 600 keys of 1 pattern; user:\*:cart holds 100 % of it; every key was looked at/,
    );
    expect(
      rowsOf(report, 'Servers')
        .map((row) => [row['server'], row['role'], row['seen']])
        .toSorted(byText),
    ).toEqual([
      ['shop-cluster-4', 'replica', 'all'],
      ['shop-cluster-5', 'replica', 'all'],
      ['shop-cluster-6', 'replica', 'all'],
    ]);
    expect(await Promise.all(cluster.primaries.map(scansOf))).toEqual([0, 0, 0]);
  });

  it('names a server that does not answer, because a part of the keys may be missing', async () => {
    await cluster.replicas[0]?.stop('SIGKILL');
    const { nodes, silent } = await onRedis(cluster, findNodes);
    expect(nodes.map(({ member, role }) => `${member} ${role}`).toSorted()).toEqual([
      'shop-cluster-1 primary',
      'shop-cluster-5 replica',
      'shop-cluster-6 replica',
    ]);
    expect(silent).toMatchObject([{ member: 'shop-cluster-4' }]);
  });
});
