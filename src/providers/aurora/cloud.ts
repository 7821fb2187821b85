import { DescribeDBClustersCommand, RDSClient, type DBCluster } from '@aws-sdk/client-rds';
import { both, through } from '../../checks/clouds.ts';
import type { Seen } from '../../core/check.ts';
import type { PostgresCloud, PostgresHosting } from '../../targets/cloud.ts';
import type { Machine, MemberDisk, PostgresMetric } from '../../targets/machine.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import { askCloud, UnknownIdentifier } from '../ask-cloud.ts';
import { cloudClient, type CloudAccess } from '../cloud-access.ts';
import { onceOnly } from '../once-only.ts';
import { measure, METRICS_RIGHT } from '../cloud-metrics.ts';
import {
  backupsOf,
  describeInstances,
  hostingOf,
  INSTANCES_RIGHT,
  measurablesOf,
  type Described,
} from '../rds/instances.ts';
import { openFailover } from '../rds/failover/open.ts';
import { LOAD_RIGHT, loadOf } from '../rds/load.ts';
import { clusterMemberMetrics, volumeMetrics } from '../rds/metrics.ts';
import { openDrill } from '../rds/drill/open.ts';
import { openRestore } from '../rds/restore/open.ts';
import { openSnapshots } from '../rds/snapshots/open.ts';
import { openSwitchover } from '../rds/switchover/open.ts';
import { UPKEEP_RIGHTS, upkeepOf } from '../rds/upkeep.ts';

const RIGHTS = [INSTANCES_RIGHT, { action: 'rds:DescribeDBClusters', resource: 'cluster:*' }] as const;
/** No member is called so: a name has no spaces. */
const VOLUME = 'the volume';
const CLUSTER_UPKEEP = { action: 'rds:DescribePendingMaintenanceActions', resource: 'cluster:*' } as const;

/** What RDS and CloudWatch know of a cluster: backups, protection, encryption and zones are the cluster's. */
export function openCloud(spec: TargetSpec, access: CloudAccess): PostgresCloud {
  const settings = cloudClient(spec, access);
  const client = settings && new RDSClient(settings);
  const described = onceOnly(async (): Promise<Described[]> => (client ? describeInstances(client, spec) : []));
  const describe = async (): Promise<PostgresHosting[]> => {
    if (!client) return [];
    const all = await described();
    const cluster = await describeCluster(client, clusterOf(all) ?? '');
    return all.map((one) => inCluster(hostingOf(one), cluster));
  };
  const upkeep = async () => {
    const all = await described();
    const cluster = clusterOf(all);
    return client ? upkeepOf(client, all, cluster === undefined ? [] : [cluster]) : [];
  };
  const measured = onceOnly(() =>
    askCloud(spec, access, [METRICS_RIGHT, INSTANCES_RIGHT], async (asked) => {
      const cluster = clusterOf(await described());
      const members = measurablesOf(spec).map((who) => ({ who, source: clusterMemberMetrics }));
      const volume =
        cluster === undefined ? [] : [{ who: { member: VOLUME, identifier: cluster }, source: volumeMetrics }];
      return measure(asked, [...members, ...volume], access.now());
    }),
  );
  const upkeepRights = [INSTANCES_RIGHT, ...UPKEEP_RIGHTS, CLUSTER_UPKEEP];
  const hosting = onceOnly(() => askCloud(spec, access, RIGHTS, describe));
  return {
    engine: 'postgres',
    name: spec.name,
    now: access.now,
    hosting,
    sizes: hosting,
    disks: async () => through(await both(hosting(), measured()), ([told, all]) => withVolume(told, all)),
    upkeep: onceOnly(() => askCloud(spec, access, upkeepRights, upkeep)),
    load: onceOnly(() =>
      askCloud(spec, access, [INSTANCES_RIGHT, LOAD_RIGHT], async (asked) =>
        loadOf(asked, await described(), access.now()),
      ),
    ),
    machines: async () =>
      through(await measured(), (all) => ({ sample: all.filter(({ member }) => member !== VOLUME) })),
    ...(client
      ? {
          drill: openDrill({ spec, access, settings, client }),
          restore: openRestore({ spec, access, settings, client }),
          snapshots: openSnapshots(spec, access, settings, client),
          switchover: openSwitchover(spec, access, settings, client),
          failover: openFailover(spec, access, settings, client),
        }
      : {}),
    close: () => client?.destroy(),
  };
}

/** Pure: members have no disk of their own; the volume of their cluster stands beside them. */
function withVolume(told: readonly PostgresHosting[], all: readonly Machine<PostgresMetric>[]): Seen<MemberDisk[]> {
  const disks: MemberDisk[] = told.map(({ member }) => ({ member, disk: null }));
  const volume = all.find(({ member }) => member === VOLUME);
  if (!volume) return { sample: disks };
  const used = volume.measures.usedStorageBytes;
  if (!used) return { unreliable: `the volume of ${volume.identifier} was not measured in the last minutes` };
  return { sample: [...disks, { member: volume.identifier, disk: null, usedBytes: used.latest }] };
}

function clusterOf(described: readonly Described[]): string | undefined {
  return described.find(({ instance }) => instance.DBClusterIdentifier !== undefined)?.instance.DBClusterIdentifier;
}

async function describeCluster(client: RDSClient, DBClusterIdentifier: string): Promise<DBCluster> {
  const { DBClusters: [cluster] = [] } = await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier }));
  if (!cluster) throw new UnknownIdentifier(`Aurora knows no cluster ${DBClusterIdentifier}`);
  return cluster;
}

/** Pure: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html. The volume is the cluster's. */
function inCluster(hosting: PostgresHosting, cluster: DBCluster): PostgresHosting {
  return {
    ...hosting,
    disk: null,
    multiZone: cluster.MultiAZ === true,
    encrypted: cluster.StorageEncrypted === true,
    deletionProtected: cluster.DeletionProtection === true,
    ...backupsOf(cluster),
    replica: false,
  };
}
