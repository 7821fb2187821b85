import { DescribeDBClustersCommand, type DBCluster } from '@aws-sdk/client-rds';
import type { TargetSpec } from '../../../targets/spec.ts';
import { UnknownIdentifier } from '../../ask-cloud.ts';
import { describeInstances } from '../instances.ts';
import { clusterMaker } from './cluster.ts';
import { instanceMaker } from './instance.ts';
import type { MakerIn, SnapshotWork } from './maker.ts';

/** What snapshots of a target are made of: its cluster, or its instance that takes writes. Throws UnknownIdentifier where there is none. */
export async function makerOf(spec: TargetSpec, work: SnapshotWork): Promise<MakerIn> {
  const described = await describeInstances(work.client, spec);
  const inCluster = described.find(({ instance }) => instance.DBClusterIdentifier !== undefined);
  if (inCluster) {
    const cluster = await clusterOf(work, inCluster.instance.DBClusterIdentifier ?? '');
    return (place) => clusterMaker(place, cluster);
  }
  const primary = described.find(({ instance }) => instance.ReadReplicaSourceDBInstanceIdentifier === undefined);
  if (!primary) throw new UnknownIdentifier(`RDS shows no instance of ${spec.name} that takes writes`);
  return (place) => instanceMaker(place, primary.instance);
}

async function clusterOf({ client }: SnapshotWork, DBClusterIdentifier: string): Promise<DBCluster> {
  const { DBClusters: [cluster] = [] } = await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier }));
  if (!cluster) throw new UnknownIdentifier(`RDS knows no cluster ${DBClusterIdentifier}`);
  return cluster;
}
