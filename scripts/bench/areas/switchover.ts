import { startTestPatroni, whyNoPatroni } from '../../../test/servers/patroni.ts';
import { startTestCluster, startTestRedis } from '../../../test/servers.ts';
import { emptyServerRoom, openServerRoom, useServerRoom } from '../../../test/servers/room.ts';
import type { Area, Bench } from '../area.ts';
import type { Figure } from '../row.ts';
import { median } from '../statistics.ts';
import { handOver, ours, tell, type Cost, type Rig, type Way } from '../switchover/hand-over.ts';
import { patroniRig, patronictl } from '../switchover/patroni.ts';
import { clusterRig, sentinelRig } from '../switchover/rigs.ts';

const ROUNDS = 4;

/** A planned change of the primary under load, beside what the servers themselves offer for it. */
export const area: Area = {
  title: 'Switchover under load: what an application feels, and what it loses',
  notes: [
    `Four clients write one after the other and note what was acknowledged; ${ROUNDS} changes each way, turn by turn, there and back.`,
    'The gap is the longest time without an acknowledgement, of all clients together: the median. For SENTINEL FAILOVER it is short because the old primary goes on to acknowledge what is lost afterwards.',
    'Writes lost are the acknowledged ones that the new primary does not have when the old one has become its replica: the sum of all changes.',
    'Patroni: two servers, PostgreSQL 15, eight clients that look for the server that takes writes; rounds (loop_wait) of one second; asynchronous. Both ways ask the same Patroni, so the gap is its own.',
    'Sentinel: down-after-milliseconds 1000. Cluster: three shards, cluster-node-timeout 1500, one shard is changed.',
  ],

  async measure(bench) {
    const room = await openServerRoom();
    bench.afterwards.defer(() => emptyServerRoom(room));
    useServerRoom(room);
    const group = await startTestRedis({ replica: true, sentinels: true });
    bench.afterwards.defer(() => group.stop('SIGKILL'));
    const cluster = await startTestCluster();
    bench.afterwards.defer(() => cluster.stop());
    const rounds = bench.times(ROUNDS);
    return [
      ...(await compare(sentinelRig(group), 'Sentinel', 'SENTINEL FAILOVER', rounds, () =>
        tell(group, 'shop-cache-s1', 'SENTINEL', 'FAILOVER', 'shop-cache'),
      )),
      ...(await compare(clusterRig(cluster), 'Cluster', 'CLUSTER FAILOVER', rounds, ({ to }) =>
        tell(cluster, to, 'CLUSTER', 'FAILOVER'),
      )),
      ...(await underPatroni(bench, rounds)),
    ];
  },
};

async function underPatroni({ say, afterwards }: Bench, rounds: number): Promise<Figure[]> {
  if (whyNoPatroni !== undefined) {
    say(`left out: Patroni ${whyNoPatroni}`);
    return [];
  }
  const group = await startTestPatroni();
  afterwards.defer(() => group.stop());
  return compare(await patroniRig(group), 'Patroni', 'patronictl switchover', rounds, patronictl(group));
}

async function compare(rig: Rig, what: string, against: string, rounds: number, plain: Way): Promise<Figure[]> {
  const costs: { ours: Cost[]; theirs: Cost[] } = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round += 1) {
    costs.ours.push(await handOver(rig, ours(rig.servers)));
    costs.theirs.push(await handOver(rig, plain));
  }
  rig.close();
  const gap = (some: readonly Cost[]) => median(some.map(({ gapMs }) => gapMs));
  const lost = (some: readonly Cost[]) => some.reduce((sum, { lostWrites }) => sum + lostWrites, 0);
  const figure = (name: string, of: (some: readonly Cost[]) => number, unit: Figure['unit']): Figure => ({
    what: `${what}: ${name}`,
    ours: of(costs.ours),
    theirs: of(costs.theirs),
    against,
    unit,
  });
  return [figure('write gap', gap, 'ms'), figure('writes lost', lost, 'writes')];
}
