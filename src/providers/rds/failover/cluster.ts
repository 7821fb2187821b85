import { DescribeDBClustersCommand, type DBCluster } from '@aws-sdk/client-rds';
import type { CloudFailoverLook } from '../../../targets/cloud-failover.ts';
import { UnknownIdentifier } from '../../ask-cloud.ts';
import type { Described } from '../instances.ts';
import { writerOf } from '../switchover/cluster-look.ts';
import { eventWords } from '../switchover/events.ts';
import { doingOf, WITNESS } from './aws-sign.ts';
import type { FailoverWork } from './instance.ts';
import { outageEvents, type OutageEvent } from './outage-events.ts';

const PAST_MS = 3_600_000;
/** Below 35 seconds where there is a reader; ten minutes where an instance has to be made. */
const OWN_SECONDS = 180;

/** A cluster, whose writer AWS alone replaces: how it stands, what AWS does, and what a person can do after it has not. */
export async function lookAtCluster({
  client,
  describe,
  access,
}: FailoverWork): Promise<CloudFailoverLook | { refused: string }> {
  const described = await describe();
  const DBClusterIdentifier = described.find(({ instance }) => instance.DBClusterIdentifier)?.instance
    .DBClusterIdentifier;
  const { DBClusters: [cluster] = [] } = await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier }));
  if (!cluster) throw new UnknownIdentifier(`AWS knows no cluster ${DBClusterIdentifier ?? ''}`);
  const nowMs = access.now();
  const name = cluster.DBClusterIdentifier ?? '';
  const events = await outageEvents(client, { name, type: 'db-cluster' }, nowMs - PAST_MS);
  return clusterLook({ cluster, described, events }, nowMs);
}

type ClusterView = { cluster: DBCluster; described: readonly Described[]; events: readonly OutageEvent[] };

/** Pure: nothing of a cluster is promoted from here. */
export function clusterLook(view: ClusterView, nowMs: number): CloudFailoverLook | { refused: string } {
  const { cluster, described, events } = view;
  const name = cluster.DBClusterIdentifier ?? '';
  const writer = writerOf({ cluster, described });
  if (writer === null)
    return {
      refused: `AWS names no writer of ${name} that nightshift.yaml knows: it may be choosing one. Ask again in a minute.`,
    };
  const doing = doingNow(view, nowMs);
  const status = cluster.Status ?? 'unknown';
  return {
    primary: writer,
    identity: { cluster: cluster.DbClusterResourceId ?? name },
    sign: { from: WITNESS, says: 'unknown', sentence: doing ?? `${name} is ${status}, and ${writer} is its writer.` },
    own: {
      leastSeconds: OWN_SECONDS,
      patienceSeconds: 0,
      doing: doing ?? lastOf(events),
      onlyItself: afterwards(view, writer),
    },
    candidates: [],
    prechecks: [],
    fence: { certain: true, sentence: 'AWS lets one instance of a cluster write.' },
    steps: [],
    clients: [],
    undo: '',
    facts: [],
  };
}

function doingNow({ cluster: { Status: status = 'unknown' }, events }: ClusterView, nowMs: number): string | null {
  return status === 'failing-over' ? 'AWS is failing it over by itself.' : doingOf({ status, events }, nowMs);
}

function lastOf(events: readonly OutageEvent[]): string | null {
  const completed = events.findLast(({ kind }) => kind === 'failover-completed');
  return completed ? `AWS has failed it over by itself. ${eventWords(completed)}` : null;
}

function afterwards({ cluster, described }: ClusterView, writer: string): string {
  const name = cluster.DBClusterIdentifier ?? '';
  const ready = described.find(
    ({ member, instance }) => member !== writer && instance.DBInstanceStatus === 'available',
  );
  const command = `aws rds failover-db-cluster --db-cluster-identifier ${name}`;
  const what = ready
    ? `${ready.member} is available: ${command} --target-db-instance-identifier ${ready.identifier} asks AWS once more, and loses no acknowledged write.`
    : `No reader of it is available: AWS makes a new instance, which takes ten minutes or so.`;
  return `${name} is a cluster: AWS alone chooses its writer, and no read replica is promoted. It is ${cluster.Status ?? 'unknown'}. ${what} If that shows nothing, open a case at AWS; a restore to a point in time is the last resort.`;
}
