import type { Cluster } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../checks/looking.ts';
import { onActing, orderOf } from '../providers/switching.ts';
import { startTestCluster, type TestCluster } from '../servers.ts';
import { writeAcknowledged } from '../servers/acknowledged-writes.ts';
import { clusterApplication } from '../servers/applications.ts';
import { rounds } from './rounds.ts';

let cluster: TestCluster;
let reader: Cluster;
beforeAll(async () => {
  cluster = await startTestCluster();
  reader = clusterApplication(cluster);
});
afterAll(async () => {
  reader.disconnect();
  await cluster.stop();
});

it(`loses no acknowledged write in ${rounds} switchovers of the shards in turn`, { timeout: 600_000 }, async () => {
  const writes = writeAcknowledged(
    'long',
    Array.from({ length: 30 }, () => clusterApplication(cluster)),
  );
  const gaps: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = writes.count();
    await until(
      async () => writes.count(),
      (count) => count > before + 500,
    );
    // To the replicas of the three shards first, then back, and so on.
    const to = `shop-cluster-${((round + 3) % 6) + 1}`;
    const order = await orderOf(cluster, { to });
    const result = await onActing(cluster, (capability) => capability.carryOut(order));
    expect(result, `round ${round + 1}, ${JSON.stringify(result)}`).toMatchObject({
      ended: 'switched',
      lost: 'none',
      left: [],
    });
    gaps.push(result.writeGapMilliseconds ?? NaN);
    expect(await writes.lost(async (key) => new Set(await reader.smembers(key)))).toEqual([]);
  }
  const sorted = gaps.toSorted((one, other) => one - other);
  console.log(
    `${writes.count()} acknowledged writes at ${Math.round(writes.perSecond())}/s, none lost; writes to a shard stood still for ${Math.round(sorted[rounds / 2] ?? NaN)} ms in the middle, ${Math.round(sorted.at(-1) ?? NaN)} ms at most`,
  );
  await writes.stop();
});
