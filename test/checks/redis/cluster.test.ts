import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cluster } from '../../../src/checks/redis/cluster.ts';
import { replication } from '../../../src/checks/redis/replication.ts';
import { startTestCluster, startTestRedis, type TestCluster } from '../../servers.ts';
import { ask, judged, onRedis, sampleOf, until } from '../looking.ts';

const view = (name: string, more: object = {}) => ({
  name,
  role: 'primary',
  state: 'ok',
  slotsAssigned: 16_384,
  slotsSuspected: 0,
  slotsFailed: 0,
  epoch: 6,
  myEpoch: 1,
  suspected: [],
  failed: [],
  movingSlots: 0,
  layout: 'same',
  ...more,
});
const shard = (n: number, more: object = {}) => ({
  primary: `p${n}`,
  host: `10.0.0.${n}`,
  slots: 5461,
  epoch: n,
  replicas: [{ name: `r${n}`, host: `10.0.1.${n}` }],
  ...more,
});
const sample = (
  views: object[] = ['p1', 'p2', 'p3'].map((name) => view(name)),
  shards = [1, 2, 3].map((n) => shard(n)),
) => ({ views: { members: views, unseen: [] }, shards, unopened: 0 }) as never;
const found = (...given: Parameters<typeof sample>) =>
  judged(cluster, sample(...given)).map(({ key, severity }) => `${severity} ${key.replace('redis.cluster:', '')}`);

describe('the cluster check', () => {
  it('stays silent while all slots are served, all nodes agree and every primary has a replica elsewhere', () => {
    expect(found()).toEqual([]);
    expect(judged(cluster, { views: null, shards: [], unopened: 0 })).toEqual([]);
  });

  it('is critical when the cluster is down, and says whether all or some say so', () => {
    expect(found(['p1', 'p2'].map((name) => view(name, { state: 'fail' })))).toEqual(['critical state']);
    const [some] = judged(cluster, sample([view('p1'), view('p2'), view('p3', { state: 'fail' })]));
    expect(some?.sentence).toBe(
      '1 of 3 nodes say that the cluster is down (p3) and refuse keys: they are cut off from the majority of the primaries.',
    );
  });

  it('is critical about slots that belong to nobody, by the node that knows of most', () => {
    expect(found([view('p1', { slotsAssigned: 16_000 }), view('p2')])).toEqual([]);
    expect(found([view('p1', { slotsAssigned: 16_000 })])).toEqual(['critical slots']);
  });

  it('tells a failed node whose slots are served from one whose slots are gone', () => {
    expect(found([view('p1', { failed: ['10.0.0.9:6379'] })])).toEqual(['warning failed']);
    expect(found([view('p1', { failed: ['10.0.0.9:6379'], slotsFailed: 5461 })])).toEqual(['critical failed']);
  });

  it('counts the reports against a node that is not failed yet', () => {
    const suspicious = { suspected: ['10.0.0.9:6379'] };
    const [one] = judged(cluster, sample([view('p1', suspicious), view('p2', suspicious), view('p3')]));
    expect(one?.sentence).toContain('2 of 3 nodes cannot reach 10.0.0.9:6379');
  });

  it('warns about nodes that disagree on the slots, and about two primaries of one epoch', () => {
    expect(found([view('p1'), view('p2'), view('p3', { layout: 'other' })])).toEqual(['warning agreement']);
    expect(found(undefined, [shard(1), shard(2, { epoch: 1 }), shard(3)])).toEqual(['warning epoch']);
  });

  it('warns about a primary without replica, and about one whose replicas are all on its own host', () => {
    expect(found(undefined, [shard(1), shard(2, { replicas: [] })])).toEqual(['warning copies']);
    const together = shard(2, { replicas: [{ name: 'r2', host: '10.0.0.2' }] });
    expect(found(undefined, [shard(1), together])).toEqual(['warning hosts']);
    const both = [
      { name: 'r2', host: '10.0.0.2' },
      { name: 'r2b', host: '10.0.0.7' },
    ];
    expect(found(undefined, [shard(1), shard(2, { replicas: both })])).toEqual([]);
  });

  it('says how many nodes were not looked at where there are too many', () => {
    const read = { views: { members: [view('p1')], unseen: [] }, shards: [], unopened: 44 } as never;
    expect(judged(cluster, read)).toMatchObject([{ key: 'redis.cluster:unopened', severity: 'info' }]);
  });

  it('has nothing to judge where there is no cluster', async () => {
    const server = await startTestRedis();
    const seen = await onRedis(server, (target) => sampleOf(cluster, target));
    await server.stop();
    expect(seen).toEqual({ views: null, shards: [], unopened: 0 });
  });
});

describe('a real cluster of three primaries and three replicas', () => {
  let server: TestCluster;
  beforeAll(async () => {
    server = await startTestCluster();
  });
  afterAll(() => server.stop());

  const look = () => onRedis(server, (target) => sampleOf(cluster, target));
  const bad = (seen: Awaited<ReturnType<typeof look>>) =>
    judged(cluster, seen)
      .filter(({ severity }) => severity !== 'info')
      .map(({ key }) => key.replace('redis.cluster:', ''));

  it('is in order, but for the one host that it runs on; each replica follows its own primary', async () => {
    const seen = await until(look, (one) => bad(one).length === 0);
    expect(judged(cluster, seen).map(({ key }) => key)).toEqual(['redis.cluster:hosts']);
    expect(cluster.facts({ read: seen })).toEqual([{ label: 'Cluster', value: '3 primary nodes of 6' }]);
    const copies = await onRedis(server, (target) => sampleOf(replication, target));
    expect(judged(replication, copies)).toEqual([]);
    expect(copies).toMatchObject({
      shards: [1, 2, 3].map((n) => ({ primary: `shop-cluster-${n}`, replicas: [{ name: `shop-cluster-${n + 3}` }] })),
    });
  });

  it('says which rule is missing where the user may not ask', async () => {
    const all = [...server.primaries, ...server.replicas];
    await Promise.all(all.map((one) => one.call('ACL', 'SETUSER', 'default', '-cluster')));
    const seen = await onRedis(server, (target) => ask(cluster, target));
    await Promise.all(all.map((one) => one.call('ACL', 'SETUSER', 'default', '+cluster')));
    expect(seen).toEqual({
      skipped: 'default may not run CLUSTER INFO on shop-cluster-1',
      fix: 'ACL SETUSER default +cluster|info',
    });
  });

  it('names a replica that is gone, the primary that has none left, and then the slots that nobody serves', async () => {
    await server.replicas[0]?.stop('SIGKILL');
    const bare = await until(look, (seen) => bad(seen).includes('copies') && bad(seen).includes('failed'));
    expect(judged(cluster, bare).find(({ key }) => key.endsWith('copies'))?.sentence).toContain(
      'shop-cluster-1, 5,461 slots',
    );
    await server.primaries[0]?.stop('SIGKILL');
    const severityOf = (seen: Awaited<ReturnType<typeof look>>) =>
      judged(cluster, seen).find(({ key }) => key.endsWith('failed'))?.severity;
    const down = await until(look, (seen) => bad(seen).includes('state') && severityOf(seen) === 'critical');
    expect(bad(down)).toEqual(expect.arrayContaining(['state', 'failed']));
  });
});
