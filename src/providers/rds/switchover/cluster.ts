import { DescribeDBClustersCommand, FailoverDBClusterCommand, type DBCluster } from '@aws-sdk/client-rds';
import type {
  CloudSwitchover,
  CloudSwitchoverOrder,
  CloudSwitchoverResult,
} from '../../../targets/cloud-switchover.ts';
import { UnknownIdentifier } from '../../ask-cloud.ts';
import { measure, type MetricSource } from '../../cloud-metrics.ts';
import { whyNoRole } from '../../failover-role.ts';
import type { Described } from '../instances.ts';
import { pendingWork } from '../upkeep.ts';
import { clusterBecame, type ClusterSeen } from './cluster-became.ts';
import { clusterIdentity, clusterLook, writerOf, type ClusterSide } from './cluster-look.ts';
import { notDone, switchedTo } from './ends.ts';
import { failoverEvents } from './events.ts';
import type { SwitchoverWork } from './instance.ts';
import { orderRds } from './order.ts';
import { RECENT_MS } from './shared-prechecks.ts';
import { whyNotNow } from './status.ts';

/** The writes of a cluster, Aurora's or one of RDS with two readable standbys, moved by FailoverDBCluster. */
export function clusterSwitchover(work: SwitchoverWork): CloudSwitchover {
  return {
    look: () => look(work),
    begin: (order) => begin(work, order),
    follow: async (order, begunAt) =>
      clusterBecame(order, await seenSince(work, Date.parse(begunAt)), {
        begunAtMs: Date.parse(begunAt),
        nowMs: work.access.now(),
      }),
  };
}

type Side = Pick<ClusterSide, 'cluster' | 'described'>;

async function sideOf({ client, describe }: SwitchoverWork): Promise<Side> {
  const described = await describe();
  const DBClusterIdentifier = described.find(({ instance }) => instance.DBClusterIdentifier)?.instance
    .DBClusterIdentifier;
  const { DBClusters: [cluster] = [] } = await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier }));
  if (!cluster) throw new UnknownIdentifier(`AWS knows no cluster ${DBClusterIdentifier ?? ''}`);
  return { cluster, described };
}

async function look(work: SwitchoverWork) {
  const noRole = whyNoRole(work.access);
  if (noRole !== undefined) return { refused: noRole };
  const side = await sideOf(work);
  const name = nameOf(side.cluster);
  const nowMs = work.access.now();
  const [pending, events, lagMilliseconds] = await Promise.all([
    pendingWork(work.client, 'db-cluster-id', [name]),
    failoverEvents(work.client, { name, type: 'db-cluster' }, nowMs - RECENT_MS),
    lagOf(work, side.described),
  ]);
  return clusterLook({ ...side, lagMilliseconds }, { pending: pending.get(name) ?? [], events }, nowMs);
}

type LagMetric = 'auroraMilliseconds' | 'seconds';

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html and its page for RDS. */
const lagMetrics: MetricSource<LagMetric> = {
  namespace: 'AWS/RDS',
  dimension: 'DBInstanceIdentifier',
  lines: [
    { metric: 'auroraMilliseconds', name: 'AuroraReplicaLag', stat: 'Average' },
    { metric: 'seconds', name: 'ReplicaLag', stat: 'Average' },
  ],
};

/** What CloudWatch does not tell stands open: it is not refused for that. */
async function lagOf(
  { settings, access }: SwitchoverWork,
  described: readonly Described[],
): Promise<ClusterSide['lagMilliseconds']> {
  const measuring = described.map(({ member, identifier }) => ({ who: { member, identifier }, source: lagMetrics }));
  const measured = await measure(settings, measuring, access.now()).catch(() => []);
  return Object.fromEntries(
    measured.map(({ member, measures: { auroraMilliseconds: aurora, seconds } }) => {
      // ReplicaLag is -1 where replication does not go on.
      const known = seconds && seconds.latest >= 0 ? seconds.latest * 1000 : null;
      return [member, aurora?.latest ?? known];
    }),
  );
}

/** Compares with what was approved right before it acts; where the target takes the writes already, there is nothing to do. */
async function begin(work: SwitchoverWork, order: CloudSwitchoverOrder): Promise<CloudSwitchoverResult> {
  const side = await sideOf(work);
  const name = nameOf(side.cluster);
  if (writerOf(side) === order.to)
    return switchedTo(order, [], { proof: `AWS: ${order.to} is the writer of ${name} already.` });
  const target = side.described.find(({ member }) => member === order.to);
  const why = whyChanged(side, target, order);
  if (why !== undefined || !target) return notDone(why ?? `AWS knows no ${order.to}.`);
  const command = new FailoverDBClusterCommand({
    DBClusterIdentifier: name,
    TargetDBInstanceIdentifier: target.identifier,
  });
  const resources = [side.cluster.DBClusterArn, target.instance.DBInstanceArn].filter((arn) => arn !== undefined);
  const answer = await orderRds(work.settings, work.access, {
    name,
    right: { action: 'rds:FailoverDBCluster', resources },
    send: (client) => client.send(command),
  });
  if ('refused' in answer) return notDone(answer.refused);
  return { ended: 'under-way', phase: `AWS has taken the order to fail ${name} over to ${order.to}.` };
}

function whyChanged(
  side: Side,
  target: Described | undefined,
  { to, identity }: CloudSwitchoverOrder,
): string | undefined {
  const name = nameOf(side.cluster);
  const status = side.cluster.Status ?? 'unknown';
  if (status !== 'available') return whyNotNow(name, status);
  const changed = Object.entries(clusterIdentity(side)).find(([key, value]) => identity[key] !== value);
  if (changed) return `The ${changed[0]} was ${identity[changed[0]] ?? 'nothing'} and is ${changed[1]} now.`;
  const ready = target?.instance.DBInstanceStatus ?? 'not known to AWS';
  return ready === 'available' ? undefined : whyNotNow(to, ready);
}

/** AWS that does not answer is no answer, and no fault. */
async function seenSince(work: SwitchoverWork, sinceMs: number): Promise<ClusterSeen> {
  try {
    const side = await sideOf(work);
    const name = nameOf(side.cluster);
    const events = await failoverEvents(work.client, { name, type: 'db-cluster' }, sinceMs);
    const statuses = Object.fromEntries(
      side.described.map(({ member, instance }) => [member, instance.DBInstanceStatus ?? 'unknown']),
    );
    return { name, status: side.cluster.Status ?? 'unknown', writer: writerOf(side), statuses, events };
  } catch {
    return null;
  }
}

function nameOf({ DBClusterIdentifier: name = '' }: DBCluster): string {
  return name;
}
