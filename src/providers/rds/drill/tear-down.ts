import {
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  RDSClient,
  type DBCluster,
  type DBInstance,
} from '@aws-sdk/client-rds';
import type { TornDown } from '../../../targets/cloud-restore.ts';
import { drillRoleOf } from '../../failover-role.ts';
import { orderAs } from '../../order-once.ts';
import type { RefusalWords } from '../../order-refusal.ts';
import { clusterNamed, instanceNamed, instancesOf, type RestoreWork } from '../restore/source.ts';
import { isOfDrill, isOver } from './marks.ts';

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html, and of clusters. */
const WORDS: RefusalWords = [
  [/^InvalidDB(Instance|Cluster)State/, (name) => `${name} is busy, and cannot be deleted yet`],
  [/^InvalidParameterCombination/, (name) => `${name} is protected against deletion, which no drill does`],
  [
    /AccessDenied|UnauthorizedOperation|NotAuthorized/,
    () => 'the drill role may not do it: look at docs/permissions.md',
  ],
];

/**
 * Has AWS delete what a drill made, without a last snapshot: the instances of a cluster first. It is asked again and again until nothing is
 * there; each time it gives the orders that are left. What has not the name and the tag of a drill of this target is left alone.
 */
export async function tearDown(work: RestoreWork, as: string): Promise<TornDown> {
  const { client, spec } = work;
  const cluster = await clusterNamed(client, as);
  const own = await instanceNamed(client, as);
  const members = cluster ? await instancesOf(client, 'db-cluster-id', as) : [];
  const named = [cluster, own].filter((one) => one !== undefined);
  if (named.length === 0) return { ended: 'gone', as };
  if (!named.every(({ TagList }) => isOfDrill(spec.name, as, TagList)))
    return { ended: 'not-done', why: `${as} does not carry the tag of a drill of ${spec.name}; it was left alone.` };
  const refused = await deleteAll(work, cluster, [...members, ...(own ? [own] : [])]);
  return refused === undefined ? { ended: 'under-way', phase: `AWS deletes ${as}.` } : whyLeft(refused);
}

/** Gives the orders that are left, until one is refused: the sentence of that. */
async function deleteAll(
  work: RestoreWork,
  cluster: DBCluster | undefined,
  instances: readonly DBInstance[],
): Promise<string | undefined> {
  // A Multi-AZ cluster is deleted as a whole.
  const single = cluster?.DBClusterInstanceClass === undefined ? instances : [];
  for (const instance of single) {
    // oxlint-disable-next-line no-await-in-loop -- one order after another
    const refused = isDeleting(instance.DBInstanceStatus) ? undefined : await deleteInstance(work, instance);
    if (refused !== undefined) return refused;
  }
  return cluster && !isDeleting(cluster.Status) ? deleteCluster(work, cluster) : undefined;
}

/** What carries the name and the tag of a drill of the target and is older than any drill. */
export async function leftoversOf({ client, spec, access }: RestoreWork): Promise<string[]> {
  const instances = await allPages(async (Marker) => {
    const page = await client.send(new DescribeDBInstancesCommand({ Marker }));
    return { found: page.DBInstances ?? [], next: page.Marker };
  });
  const clusters = await allPages(async (Marker) => {
    const page = await client.send(new DescribeDBClustersCommand({ Marker }));
    return { found: page.DBClusters ?? [], next: page.Marker };
  });
  const named = [
    // Those of a cluster go with it.
    ...instances
      .filter(({ DBClusterIdentifier: of }) => of === undefined)
      .map(({ DBInstanceIdentifier: name, TagList }) => ({ name, TagList })),
    ...clusters.map(({ DBClusterIdentifier: name, TagList }) => ({ name, TagList })),
  ];
  return named.flatMap(({ name, TagList }) =>
    isOfDrill(spec.name, name, TagList) && isOver(TagList, access.now()) ? [name ?? ''] : [],
  );
}

async function allPages<T>(
  ask: (marker: string | undefined) => Promise<{ found: T[]; next: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let marker: string | undefined;
  do {
    // oxlint-disable-next-line no-await-in-loop -- one page after another
    const { found, next } = await ask(marker);
    all.push(...found);
    marker = next;
  } while (marker !== undefined);
  return all;
}

function isDeleting(status: string | undefined): boolean {
  return status === 'deleting';
}

/** What is still being made cannot be deleted, and later it can. */
function whyLeft(refused: string): TornDown {
  if (/is busy|no more requests/.test(refused)) return { ended: 'under-way', phase: refused };
  return { ended: 'failed', why: refused };
}

async function deleteInstance(work: RestoreWork, instance: DBInstance): Promise<string | undefined> {
  const { DBInstanceIdentifier: name = '', DBInstanceArn: arn = '', DBClusterIdentifier: cluster } = instance;
  const command = new DeleteDBInstanceCommand({
    DBInstanceIdentifier: name,
    SkipFinalSnapshot: true,
    // Those of a cluster are the cluster's.
    ...(cluster === undefined ? { DeleteAutomatedBackups: true } : {}),
  });
  return ordered(work, { name, arn, action: 'rds:DeleteDBInstance' }, (client) => client.send(command));
}

async function deleteCluster(work: RestoreWork, cluster: DBCluster): Promise<string | undefined> {
  const { DBClusterIdentifier: name = '', DBClusterArn: arn = '' } = cluster;
  const command = new DeleteDBClusterCommand({ DBClusterIdentifier: name, SkipFinalSnapshot: true });
  return ordered(work, { name, arn, action: 'rds:DeleteDBCluster' }, (client) => client.send(command));
}

/** The sentence why it was not taken; undefined where it was. */
async function ordered(
  { access, settings }: RestoreWork,
  { name, arn, action }: { name: string; arn: string; action: string },
  send: (client: RDSClient) => Promise<unknown>,
): Promise<string | undefined> {
  const answer = await orderAs(drillRoleOf(access), settings, {
    name,
    runId: access.actingFor ?? access.settlingFor,
    right: { action, resources: [arn] },
    client: (asRole) => new RDSClient(asRole),
    send,
    words: WORDS,
  });
  return 'refused' in answer ? answer.refused : undefined;
}
