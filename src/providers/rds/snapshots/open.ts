import { DescribeDBClustersCommand, type DBCluster, type RDSClient } from '@aws-sdk/client-rds';
import type { SnapshotsLook } from '../../../core/cloud-snapshot.ts';
import type { CloudSnapshots, SnapshotStanding } from '../../../targets/cloud-snapshots.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { askCloud, UnknownIdentifier } from '../../ask-cloud.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import { followSnapshot, takeSnapshot } from '../../take-snapshot.ts';
import { describeInstances, INSTANCES_RIGHT } from '../instances.ts';
import { clusterMaker } from './cluster.ts';
import { instanceMaker } from './instance.ts';
import type { RdsMaker, SnapshotWork } from './maker.ts';

const RIGHTS = [
  INSTANCES_RIGHT,
  { action: 'rds:DescribeDBClusters', resource: 'cluster:*' },
  { action: 'rds:DescribeDBSnapshots', resource: 'snapshot:*' },
  { action: 'rds:DescribeDBClusterSnapshots', resource: 'cluster-snapshot:*' },
] as const;

/** More are not looked at: a person with so many reads no list. */
const MOST_SNAPSHOTS = 500;

/** Snapshots of a target that RDS or Aurora hosts: of its instance that takes writes, or of its cluster. */
export function openSnapshots(
  spec: TargetSpec,
  access: CloudAccess,
  settings: CloudClient,
  client: RDSClient,
): CloudSnapshots {
  const work: SnapshotWork = { target: spec.name, client, settings, access };
  const make = () => makerOf(spec, work);
  return {
    look: () => askCloud(spec, access, RIGHTS, async () => lookAt(spec, work, await make())),
    take: async (order): Promise<SnapshotStanding> => {
      const seen = await askCloud(spec, access, RIGHTS, make);
      if ('sample' in seen) return takeSnapshot(seen.sample, order);
      return { ended: 'refused', why: 'skipped' in seen ? `${seen.skipped}. ${seen.fix}` : seen.unreliable };
    },
    follow: async (order) => followSnapshot(await make(), order),
  };
}

async function makerOf(spec: TargetSpec, work: SnapshotWork): Promise<RdsMaker> {
  const described = await describeInstances(work.client, spec);
  const inCluster = described.find(({ instance }) => instance.DBClusterIdentifier !== undefined);
  if (inCluster) return clusterMaker(work, await clusterOf(work, inCluster.instance.DBClusterIdentifier ?? ''));
  const primary = described.find(({ instance }) => instance.ReadReplicaSourceDBInstanceIdentifier === undefined);
  if (!primary) throw new UnknownIdentifier(`RDS shows no instance of ${spec.name} that takes writes`);
  return instanceMaker(work, primary.instance);
}

async function clusterOf({ client }: SnapshotWork, DBClusterIdentifier: string): Promise<DBCluster> {
  const { DBClusters: [cluster] = [] } = await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier }));
  if (!cluster) throw new UnknownIdentifier(`RDS knows no cluster ${DBClusterIdentifier}`);
  return cluster;
}

async function lookAt(spec: TargetSpec, work: SnapshotWork, maker: RdsMaker): Promise<SnapshotsLook> {
  const [{ snapshots, cutShort }, quota] = await Promise.all([maker.all(MOST_SNAPSHOTS), maker.quota()]);
  const { automated, source } = maker;
  const oldest = snapshots.filter(({ by, at }) => by === 'cloud' && at !== null).toSorted(byTime)[0]?.at ?? null;
  const { anySecond } = automated;
  const notes = [
    ...maker.notes,
    ...(cutShort ? [`there are more snapshots than the ${MOST_SNAPSHOTS} that were looked at`] : []),
    ...(quota === null ? ['the quota of snapshots is not known: allow rds:DescribeAccountAttributes'] : []),
  ];
  return {
    cloud: spec.provider === 'aurora' ? 'Aurora' : 'RDS',
    region: work.settings.region,
    source,
    snapshots,
    automated: { ...automated, anySecond: anySecond && { ...anySecond, from: anySecond.from ?? oldest } },
    quota,
    notes,
  };
}

function byTime(one: { at: string | null }, other: { at: string | null }): number {
  return (one.at ?? '') < (other.at ?? '') ? -1 : 1;
}
