import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  type DBCluster,
  type DBInstance,
  type RDSClient,
} from '@aws-sdk/client-rds';
import type { AutomatedBackups, CloudSnapshot } from '../../../core/cloud-snapshot.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { UnknownIdentifier } from '../../ask-cloud.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import { describeInstances } from '../instances.ts';
import { clusterMaker } from '../snapshots/cluster.ts';
import { instanceMaker } from '../snapshots/instance.ts';

export type RestoreWork = { spec: TargetSpec; access: CloudAccess; settings: CloudClient; client: RDSClient };

/** What can be restored of: an instance, or a cluster with the instance that takes its writes. */
export type RestoreSource = {
  name: string;
  arn: string;
  instance: DBInstance;
  cluster: DBCluster | undefined;
  snapshots: readonly CloudSnapshot[];
  anySecond: AutomatedBackups['anySecond'];
};

const MOST_SNAPSHOTS = 500;

/** Throws UnknownIdentifier where AWS does not show it. */
export async function sourceOf({ spec, access, settings, client }: RestoreWork): Promise<RestoreSource> {
  const described = await describeInstances(client, spec);
  const work = { target: spec.name, client, settings, access };
  const inCluster = described.find(({ instance }) => instance.DBClusterIdentifier !== undefined);
  const instances = described.map(({ instance }) => instance);
  if (inCluster) {
    const cluster = await clusterNamed(client, inCluster.instance.DBClusterIdentifier ?? '');
    if (!cluster) throw new UnknownIdentifier(`RDS knows no cluster ${inCluster.instance.DBClusterIdentifier}`);
    const { DBClusterIdentifier: name = '', DBClusterArn: arn = '' } = cluster;
    const instance = writerOf(cluster, instances) ?? inCluster.instance;
    return { name, arn, instance, cluster, ...(await kept(clusterMaker(work, cluster))) };
  }
  const instance = instances.find(({ ReadReplicaSourceDBInstanceIdentifier: of }) => of === undefined);
  if (!instance) throw new UnknownIdentifier(`RDS shows no instance of ${spec.name} that takes writes`);
  const { DBInstanceIdentifier: name = '', DBInstanceArn: arn = '' } = instance;
  return { name, arn, instance, cluster: undefined, ...(await kept(instanceMaker(work, instance))) };
}

/** Undefined where there is none of this name. */
export async function clusterNamed(client: RDSClient, DBClusterIdentifier: string): Promise<DBCluster | undefined> {
  const Filters = [{ Name: 'db-cluster-id', Values: [DBClusterIdentifier] }];
  const { DBClusters: [found] = [] } = await client.send(new DescribeDBClustersCommand({ Filters }));
  return found;
}

/** Undefined where there is none of this name. */
export async function instanceNamed(instances: RDSClient, name: string): Promise<DBInstance | undefined> {
  return (await instancesOf(instances, 'db-instance-id', name))[0];
}

type Maker = Pick<ReturnType<typeof instanceMaker>, 'all' | 'automated'>;

/** An instance does not say since when: its oldest automated snapshot does. */
async function kept({ all, automated }: Maker): Promise<Pick<RestoreSource, 'snapshots' | 'anySecond'>> {
  const { snapshots } = await all(MOST_SNAPSHOTS);
  const { anySecond } = automated;
  const times = snapshots.flatMap(({ by, at }) => (by === 'cloud' && at !== null ? [at] : []));
  return { snapshots, anySecond: anySecond && { ...anySecond, from: anySecond.from ?? times.toSorted()[0] ?? null } };
}

function writerOf({ DBClusterMembers: members = [] }: DBCluster, instances: readonly DBInstance[]) {
  const writer = members.find(({ IsClusterWriter }) => IsClusterWriter === true)?.DBInstanceIdentifier;
  return instances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === writer);
}

/** All instances that a filter finds: of a name, or of a cluster. */
export async function instancesOf(
  client: RDSClient,
  Name: 'db-instance-id' | 'db-cluster-id',
  value: string,
): Promise<DBInstance[]> {
  const { DBInstances = [] } = await client.send(
    new DescribeDBInstancesCommand({ Filters: [{ Name, Values: [value] }] }),
  );
  return DBInstances;
}
