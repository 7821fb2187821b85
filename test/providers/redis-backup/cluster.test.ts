import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startTestCluster, type TestCluster } from '../../servers.ts';
import { usualBackupPolicy } from '../../../src/core/backup-policy.ts';
import { done, makeStore, objectsIn, unpacked, untilIdle, withCopyLogin, withSnapshots, workIn } from './backing-up.ts';

vi.setConfig({ testTimeout: 300_000 });

let cluster: TestCluster;
/** A tag of a slot that each of the three primaries serves. */
const TAGS = ['{b}', '{c}', '{a}'] as const;
const COUNTS = [300, 200, 100] as const;

beforeAll(async () => {
  cluster = await startTestCluster();
  for (const [at, primary] of cluster.primaries.entries()) {
    await primary.call('EVAL', FILL, '1', TAGS[at] ?? '', String(COUNTS[at]));
    await primary.call('WAIT', '1', '60000');
  }
});
beforeEach(() => untilIdle(cluster.replicas));
afterAll(() => cluster.stop());

const FILL = `for i = 1, tonumber(ARGV[1]) do redis.call('SET', KEYS[1] .. i, 'x') end`;

/** Who copies whom, as every node and every primary has it. */
async function whoCopies(): Promise<unknown> {
  return Promise.all(
    [...cluster.primaries, ...cluster.replicas].map(async (node) => {
      const nodes = String(await node.call('CLUSTER', 'NODES'));
      const listed = String(await node.call('INFO', 'replication'));
      return {
        nodes: [...nodes.matchAll(/^(\S+ \S+) \S*(master|slave)\S* (\S+)/gm)]
          .map(([, place, role, of]) => [place, role, of].join(' '))
          .toSorted(),
        listed: [...listed.matchAll(/^slave\d+:ip=[^,]+,port=\d+/gm)].map(([line]) => line),
      };
    }),
  );
}

test('each shard gives one, all from replicas, with its slots and the skew between them', async () => {
  const place = makeStore();
  const before = await whoCopies();
  const record = done(
    await withSnapshots(withCopyLogin(cluster), (copies) => copies.snapshot(workIn(place, { compression: 'gzip' }))),
  );
  expect(record.shards.map(({ member, role, slots, checksum }) => ({ member, role, slots, checksum }))).toEqual([
    { member: 'shop-cluster-4', role: 'replica', slots: [[0, 5460]], checksum: 'right' },
    { member: 'shop-cluster-5', role: 'replica', slots: [[5461, 10_922]], checksum: 'right' },
    { member: 'shop-cluster-6', role: 'replica', slots: [[10_923, 16_383]], checksum: 'right' },
  ]);
  const times = record.shards.map(({ at }) => Date.parse(at));
  expect(record.skewMs).toBe(Math.max(...times) - Math.min(...times));
  expect(record.files.map((file) => unpacked(place, file).keys)).toEqual([...COUNTS]);
  expect(record.shards.map(({ keys }) => keys)).toEqual([...COUNTS]);
  expect(await whoCopies()).toEqual(before);
});

test('a node that only the cluster names gives one too, under a name of its own', async () => {
  const place = makeStore();
  const server = withCopyLogin(cluster);
  const some = { ...server.spec, members: server.spec.members.slice(0, 4) };
  const record = done(await withSnapshots({ ...server, spec: some }, (copies) => copies.snapshot(workIn(place))));
  const [first, second] = record.files.map(({ key }) => key.split('/').at(-1));
  expect(first).toBe('shop-cluster-4.rdb.zst');
  expect(second).toBe(`node-127-0-0-1-${cluster.replicas[1]?.port}.rdb.zst`);
});

test('a shard that has no replica left is not backed up from its primary, and nothing else is either', async () => {
  await cluster.replicas[2]?.stop('SIGKILL');
  const place = makeStore();
  const server = withCopyLogin(cluster);
  const taken = await withSnapshots(server, (copies) => copies.snapshot(workIn(place)));
  expect(taken).toEqual({ refused: expect.stringMatching(/shop-cluster-3: it is the primary/) as string });
  expect(objectsIn(place, 'done.json')).toEqual([]);
  const any = withCopyLogin(cluster, undefined, { backup: { ...usualBackupPolicy, snapshotFrom: 'any' } });
  const record = done(await withSnapshots(any, (copies) => copies.snapshot(workIn(place))));
  expect(record.shards.map(({ member, role }) => `${member} ${role}`)).toEqual([
    'shop-cluster-4 replica',
    'shop-cluster-5 replica',
    'shop-cluster-3 primary',
  ]);
});
