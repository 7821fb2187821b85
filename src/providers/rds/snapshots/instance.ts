import {
  CreateDBSnapshotCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
  type DBInstance,
  type DBSnapshot,
} from '@aws-sdk/client-rds';
import type { CloudSnapshot } from '../../../core/cloud-snapshot.ts';
import type { SnapshotOrder } from '../../../targets/cloud-snapshots.ts';
import { operatorRoleOf } from '../../failover-role.ts';
import { orderAs } from '../../order-once.ts';
import { tagsOf } from '../../snapshot-tags.ts';
import { leftOf, quotaOf } from './quota.ts';
import { isAbsent, isOnItsWay, siblingArn, type RdsMaker, type SnapshotWork } from './maker.ts';
import { copyHere, eraseHere } from './move.ts';
import { ofInstance } from './seen.ts';
import { SNAPSHOT_WORDS } from './words.ts';

/** Snapshots of one instance. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CreateSnapshot.html */
export function instanceMaker(work: SnapshotWork, instance: DBInstance): RdsMaker {
  const { DBInstanceIdentifier: source = '', DBInstanceStatus: status = 'unknown' } = instance;
  const { BackupRetentionPeriod: days = 0, PreferredBackupWindow: window, LatestRestorableTime: latest } = instance;
  const isReady = status === 'available' || status === 'storage-optimization';
  const until = latest?.toISOString() ?? null;
  return {
    source,
    whyNot: isReady ? undefined : `${source} is ${status}: RDS takes snapshots of what is available.`,
    automated: { days, window: days > 0 ? (window ?? null) : null, anySecond: days > 0 ? { from: null, until } : null },
    quota: () => quotaOf(work.client, 'ManualSnapshots'),
    left: async () => leftOf(await quotaOf(work.client, 'ManualSnapshots')),
    notes:
      instance.MultiAZ === true
        ? []
        : [`${source} has no standby: while a snapshot begins, its reads and writes stand still for some seconds`],
    all: (most) => all(work, source, most),
    onTheirWay: () => onTheirWay(work),
    copy: (order) => copyHere(work, 'snapshot', order),
    erase: (snapshot) => eraseHere(work, 'snapshot', snapshot),
    named: (name) => named(work, name),
    create: (order) => create(work, instance, order),
  };
}

async function all({ client, target }: SnapshotWork, source: string, most: number) {
  const found: DBSnapshot[] = [];
  let Marker: string | undefined;
  do {
    // oxlint-disable-next-line no-await-in-loop -- one page after another
    const page = await client.send(new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: source, Marker }));
    found.push(...(page.DBSnapshots ?? []));
    ({ Marker } = page);
  } while (Marker !== undefined && found.length < most);
  return { snapshots: found.map((one) => ofInstance(target, one)), cutShort: Marker !== undefined };
}

/** Of any source: one page is more than a region may have at a time. */
async function onTheirWay({ client }: SnapshotWork): Promise<number> {
  const { DBSnapshots = [] } = await client.send(new DescribeDBSnapshotsCommand({ SnapshotType: 'manual' }));
  return DBSnapshots.filter(({ Status }) => isOnItsWay(Status)).length;
}

async function named({ client, target }: SnapshotWork, name: string): Promise<CloudSnapshot | undefined> {
  try {
    const { DBSnapshots: [found] = [] } = await client.send(
      new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: name }),
    );
    return found && ofInstance(target, found);
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
}

function create({ settings, access, target }: SnapshotWork, instance: DBInstance, { name, run }: SnapshotOrder) {
  const { DBInstanceIdentifier: source = '', DBInstanceArn: arn = '' } = instance;
  const command = new CreateDBSnapshotCommand({
    DBInstanceIdentifier: source,
    DBSnapshotIdentifier: name,
    Tags: tagsOf(target, run),
  });
  return orderAs(operatorRoleOf(access), settings, {
    name: source,
    runId: access.copyingFor,
    right: {
      action: ['rds:CreateDBSnapshot', 'rds:AddTagsToResource'],
      resources: [arn, siblingArn(arn, 'snapshot', name)],
    },
    client: (made) => new RDSClient(made),
    send: (client) => client.send(command),
    words: SNAPSHOT_WORDS,
  });
}
