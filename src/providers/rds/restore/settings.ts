import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import type { DrillPlace } from '../../../core/backup-policy.ts';
import type { RestoreLook } from '../../../targets/cloud-restore.ts';
import type { RestorePoint } from './point.ts';
import type { RestoreSource } from './source.ts';

type Settings = { readonly [name: string]: string | undefined };

/**
 * Pure: the settings of what is new, those of its source where AWS would take others by itself; in a drill those of its place. What is not
 * among them is never public and has no standby. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RestoreFromSnapshot.html
 */
export function settingsOf(
  point: RestorePoint,
  { name, arn, instance, cluster }: Pick<RestoreSource, 'name' | 'arn' | 'instance' | 'cluster'>,
  drill: DrillPlace | undefined,
): RestoreLook['settings'] {
  const place = drill && {
    subnets: drill.subnetGroup,
    securityGroups: drill.securityGroups.toSorted().join(','),
    class: drill.class ?? instance.DBInstanceClass,
    protection: 'off',
  };
  const all: Settings = {
    ...('snapshot' in point
      ? { snapshot: point.snapshot.id }
      : { source: name, sourceArn: arn, to: point.isLatest ? 'latest' : point.at }),
    class: instance.DBInstanceClass,
    protection: 'on',
    ...(cluster ? ofCluster(cluster, instance) : ofInstance(instance)),
    ...place,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  return Object.fromEntries(given);
}

function ofInstance(source: DBInstance): Settings {
  return {
    subnets: source.DBSubnetGroup?.DBSubnetGroupName,
    securityGroups: groupsOf(source),
    parameters: source.DBParameterGroups?.[0]?.DBParameterGroupName,
    options: source.OptionGroupMemberships?.[0]?.OptionGroupName,
    tokens: source.IAMDatabaseAuthenticationEnabled === true ? 'enabled' : 'disabled',
  };
}

/** A Multi-AZ cluster has a class of its own and brings its instances; one of Aurora has none until one is created in it. */
function ofCluster(cluster: DBCluster, writer: DBInstance): Settings {
  const { ServerlessV2ScalingConfiguration: serverless, Iops } = cluster;
  return {
    engine: cluster.Engine,
    version: cluster.EngineVersion,
    subnets: cluster.DBSubnetGroup,
    securityGroups: groupsOf(cluster),
    parameters: cluster.DBClusterParameterGroup,
    instanceParameters: writer.DBParameterGroups?.[0]?.DBParameterGroupName,
    tokens: cluster.IAMDatabaseAuthenticationEnabled === true ? 'enabled' : 'disabled',
    clusterClass: cluster.DBClusterInstanceClass,
    storage: cluster.DBClusterInstanceClass === undefined ? undefined : cluster.StorageType,
    iops: cluster.DBClusterInstanceClass === undefined ? undefined : Iops?.toString(),
    capacity: serverless && `${serverless.MinCapacity} ${serverless.MaxCapacity}`,
  };
}

function groupsOf({ VpcSecurityGroups: groups = [] }: Pick<DBInstance, 'VpcSecurityGroups'>): string {
  return groups
    .flatMap(({ VpcSecurityGroupId: id }) => id ?? [])
    .toSorted()
    .join(',');
}
