import {
  CreateDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  RDSClient,
  type DBCluster,
  type DBClusterSnapshot,
} from '@aws-sdk/client-rds';
import type { CloudSnapshot } from '../../../core/cloud-snapshot.ts';
import type { SnapshotOrder } from '../../../targets/cloud-snapshots.ts';
import { operatorRoleOf } from '../../failover-role.ts';
import { orderAs } from '../../order-once.ts';
import { tagsOf } from '../../snapshot-tags.ts';
import { leftOf, quotaOf } from './quota.ts';
import { isAbsent, isOnItsWay, siblingArn, type RdsMaker, type SnapshotWork } from './maker.ts';
import { copyHere, eraseHere } from './move.ts';
import { ofCluster } from './seen.ts';
import { SNAPSHOT_WORDS } from './words.ts';

/** Snapshots of a cluster of Aurora, or of a Multi-AZ cluster. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_CreateSnapshotCluster.html */
export function clusterMaker(work: SnapshotWork, cluster: DBCluster): RdsMaker {
  const { DBClusterIdentifier: source = '', Status: status = 'unknown' } = cluster;
  const { BackupRetentionPeriod: days = 0, PreferredBackupWindow: window } = cluster;
  const { EarliestRestorableTime: earliest, LatestRestorableTime: latest } = cluster;
  const anySecond = { from: earliest?.toISOString() ?? null, until: latest?.toISOString() ?? null };
  return {
    source,
    whyNot: status === 'available' ? undefined : `${source} is ${status}: RDS takes snapshots of what is available.`,
    automated: { days, window: window ?? null, anySecond: days > 0 ? anySecond : null },
    quota: () => quotaOf(work.client, 'ManualClusterSnapshots'),
    left: async () => leftOf(await quotaOf(work.client, 'ManualClusterSnapshots')),
    notes: [],
    all: (most) => all(work, source, most),
    onTheirWay: () => onTheirWay(work),
    copy: (order) => copyHere(work, 'cluster-snapshot', order),
    erase: (snapshot) => eraseHere(work, 'cluster-snapshot', snapshot),
    named: (name) => named(work, name),
    create: (order) => create(work, cluster, order),
  };
}

async function all({ client, target }: SnapshotWork, source: string, most: number) {
  const found: DBClusterSnapshot[] = [];
  let Marker: string | undefined;
  do {
    // oxlint-disable-next-line no-await-in-loop -- one page after another
    const page = await client.send(new DescribeDBClusterSnapshotsCommand({ DBClusterIdentifier: source, Marker }));
    found.push(...(page.DBClusterSnapshots ?? []));
    ({ Marker } = page);
  } while (Marker !== undefined && found.length < most);
  return { snapshots: found.map((one) => ofCluster(target, one)), cutShort: Marker !== undefined };
}

/** Of any source: one page is more than a region may have at a time. */
async function onTheirWay({ client }: SnapshotWork): Promise<number> {
  const { DBClusterSnapshots = [] } = await client.send(
    new DescribeDBClusterSnapshotsCommand({ SnapshotType: 'manual' }),
  );
  return DBClusterSnapshots.filter(({ Status }) => isOnItsWay(Status)).length;
}

async function named({ client, target }: SnapshotWork, name: string): Promise<CloudSnapshot | undefined> {
  try {
    const { DBClusterSnapshots: [found] = [] } = await client.send(
      new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: name }),
    );
    return found && ofCluster(target, found);
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
}

function create({ settings, access, target }: SnapshotWork, cluster: DBCluster, { name, run }: SnapshotOrder) {
  const { DBClusterIdentifier: source = '', DBClusterArn: arn = '' } = cluster;
  const command = new CreateDBClusterSnapshotCommand({
    DBClusterIdentifier: source,
    DBClusterSnapshotIdentifier: name,
    Tags: tagsOf(target, run),
  });
  return orderAs(operatorRoleOf(access), settings, {
    name: source,
    runId: access.copyingFor,
    right: {
      action: ['rds:CreateDBClusterSnapshot', 'rds:AddTagsToResource'],
      resources: [arn, siblingArn(arn, 'cluster-snapshot', name)],
    },
    client: (made) => new RDSClient(made),
    send: (client) => client.send(command),
    words: SNAPSHOT_WORDS,
  });
}
