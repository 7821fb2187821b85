import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freezeProcess, thawProcess } from '../../src/local/fleet/frozen-process.ts';
import { switchoverOf } from '../../src/providers/self-managed/switchover.ts';
import { until } from '../checks/looking.ts';
import { startWorker } from '../providers/start-worker.ts';
import { missing, openBook, startShopWriter, type ShopWriter } from '../providers/self-managed/shop-writer.ts';
import { startStreamingPair, type StreamingPair } from '../providers/self-managed/streaming-pair.ts';
import { lookOf, orderOf } from '../providers/switching.ts';
import {
  startTestCluster,
  startTestRedis,
  type TestCluster,
  type TestRedis,
  type TestRedisMember,
} from '../servers.ts';
import { writeAcknowledged, type AcknowledgedWrites } from '../servers/acknowledged-writes.ts';
import { clusterApplication, plainApplication, sentinelApplication } from '../servers/applications.ts';
import { rounds } from './rounds.ts';

const timeout = rounds * 120_000;

// Servers whose commits wait for their standby: test/chaos/switchover-postgres.test.ts.
describe('past its deadline a switchover of asynchronous servers of PostgreSQL', () => {
  let pair: StreamingPair;
  let writer: ShopWriter;
  beforeAll(async () => {
    pair = await startStreamingPair();
    await openBook(pair.server('shop-db-1'));
    writer = startShopWriter(pair.servers);
  });
  afterAll(async () => {
    pair.gate.restore();
    await writer.stop();
    await pair.stop();
  });

  it(`is taken back ${rounds} times: the old primary takes writes, and nothing is lost`, { timeout }, async () => {
    for (let round = 1; round <= rounds; round += 1) {
      const order = { ...(await pair.streaming()), deadlineSeconds: 1 };
      await writer.more(500);
      const result = await pair.onActing((place, target) =>
        switchoverOf(place, target, async (phase) => {
          if (phase === 'Hold the writes') pair.gate.cut();
        }).carryOut(order),
      );
      pair.gate.restore();
      expect(result, `round ${round}, ${JSON.stringify(result)}`).toMatchObject({ ended: 'rolled-back', lost: 'none' });
      expect((await pair.primary())?.name).toBe(order.from);
      await writer.more(200);
      expect(await missing(writer, pair.server(order.from))).toEqual([]);
    }
  });
});

type Group = TestRedis & { replica: TestRedisMember };
const kinds = [
  { kind: 'of Redis under Sentinel', sentinels: true, application: (group: Group) => sentinelApplication(group) },
  { kind: 'of a pair of Redis', sentinels: false, application: (group: Group) => plainApplication(group) },
];

describe.each(kinds)('past its deadline a switchover $kind', ({ sentinels, application }) => {
  let group: Group;
  let writes: AcknowledgedWrites;
  beforeAll(async () => {
    const started = await startTestRedis({ replica: true, sentinels });
    if (!started.replica) throw new TypeError('a pair is two servers');
    group = Object.assign(started, { replica: started.replica });
    writes = writeAcknowledged(
      'app',
      Array.from({ length: 10 }, () => application(group)),
    );
  });
  afterAll(async () => {
    await writes.stop();
    await group.stop('SIGKILL');
  });

  it(`is taken back ${rounds} times: the old primary takes writes, and nothing is lost`, { timeout }, async () => {
    for (let round = 1; round <= rounds; round += 1) {
      await more(writes, 500);
      const order = { ...(await orderOf(group)), deadlineSeconds: 1 };
      const halt = { moment: 'after', command: 'CLIENT PAUSE' } as const;
      const worker = await startWorker({ servers: group, order, halt });
      freezeProcess(group.replica.pid);
      const result = await worker.goOn();
      await more(writes, 200);
      thawProcess(group.replica.pid);
      expect(result, `round ${round}, ${JSON.stringify(result)}`).toMatchObject({ ended: 'rolled-back', left: [] });
      expect((await lookOf(group)).primary).toBe('shop-cache-1');
      const has = async (key: string) => new Set((await group.primary.call('SMEMBERS', key)) as string[]);
      expect(await writes.lost(has)).toEqual([]);
    }
  });
});

describe('past its deadline a switchover of a shard of a Redis Cluster', () => {
  let cluster: TestCluster;
  let writes: AcknowledgedWrites;
  beforeAll(async () => {
    cluster = await startTestCluster();
    // Else those that stand still are replaced by their own replicas before the deadline of the one that is moved.
    // The one that is ordered forgets the votes of its last election after four times its own.
    for (const one of [...cluster.primaries, ...cluster.replicas.slice(0, 2)])
      await one.call('CONFIG', 'SET', 'cluster-node-timeout', '12000');
    const clients = Array.from({ length: 10 }, () => clusterApplication(cluster));
    // In the shard of the third primary.
    writes = writeAcknowledged('app', clients, (at) => `{cart}:${at}`);
  });
  afterAll(async () => {
    await writes.stop();
    await cluster.stop();
  });

  it(
    `is taken back by its servers ${rounds} times: the old primary takes writes, and nothing is lost`,
    { timeout },
    async () => {
      const [one, two, three] = cluster.primaries;
      if (!one || !two || !three) throw new TypeError('a cluster has three primaries');
      for (let round = 1; round <= rounds; round += 1) {
        await more(writes, 500);
        const order = await orderOf(cluster, { to: 'shop-cluster-6' });
        const halt = { moment: 'before', command: 'CLUSTER FAILOVER' } as const;
        const worker = await startWorker({ servers: cluster, order, halt });
        // The deadline is the servers' own, 5 s; a replica whose election nobody votes in comes to it.
        [one, two].forEach(({ pid }) => freezeProcess(pid));
        const result = await worker.goOn();
        await more(writes, 200);
        [one, two].forEach(({ pid }) => thawProcess(pid));
        const why = `round ${round}, ${JSON.stringify(result)}`;
        expect(result, why).toMatchObject({ ended: 'rolled-back', why: 'shop-cluster-6 was not elected within 5 s.' });
        expect(await three.call('ROLE')).toContain('master');
        const has = async (key: string) => new Set((await three.call('SMEMBERS', key)) as string[]);
        expect(await writes.lost(has), why).toEqual([]);
      }
    },
  );
});

async function more(writes: AcknowledgedWrites, least: number): Promise<void> {
  const before = writes.count();
  await until(
    async () => writes.count(),
    (count) => count > before + least,
  );
}
