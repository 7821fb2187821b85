import type { RDSClient } from '@aws-sdk/client-rds';
import { Fault } from '../../../core/errors.ts';
import type { StepJournal } from '../../../core/operation.ts';
import type { CloudFailover, CloudFailoverResult } from '../../../targets/cloud-failover.ts';
import type { FailoverOrder } from '../../../targets/failover.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { askCloud } from '../../ask-cloud.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import { METRICS_RIGHT } from '../../cloud-metrics.ts';
import { whyNoRole } from '../../failover-role.ts';
import { onceOnly } from '../../once-only.ts';
import { describeInstances, INSTANCES_RIGHT } from '../instances.ts';
import { lookAtCluster } from './cluster.ts';
import { notDone } from './ends.ts';
import { lookAtInstance, type FailoverWork } from './instance.ts';
import { beginPromotion, followPromotion } from './promotion.ts';

const RIGHTS = [
  INSTANCES_RIGHT,
  { action: 'rds:DescribeDBClusters', resource: 'cluster:*' },
  { action: 'rds:DescribeEvents', resource: '*' },
  METRICS_RIGHT,
] as const;

/** Promotes a read replica of an instance that is dead. Of a cluster it tells what AWS does, which fails over by itself. */
export function openFailover(
  spec: TargetSpec,
  access: CloudAccess,
  settings: CloudClient,
  client: RDSClient,
): CloudFailover {
  const describe = onceOnly(() => describeInstances(client, spec));
  const work: FailoverWork = { spec, client, settings, access, describe };
  return {
    look: async () => {
      const seen = await askCloud(spec, access, RIGHTS, () => look(work));
      if ('sample' in seen) return seen.sample;
      return { refused: 'skipped' in seen ? `${seen.skipped}. ${seen.fix}` : seen.unreliable };
    },
    begin: (order, journal) => begin(work, order, journal),
    follow: (order, begunAt, journal) => followPromotion(work, order, begunAt, journal),
  };
}

/** A cluster is looked at without a role: nothing is ordered there. */
async function look(work: FailoverWork) {
  const described = await work.describe();
  if (described.some(({ instance }) => instance.DBClusterIdentifier !== undefined)) return lookAtCluster(work);
  const noRole = whyNoRole(work.access);
  return noRole === undefined ? lookAtInstance(work) : { refused: noRole };
}

/** What fails before the first order is written down means that nothing was done; what comes after it is a fault of its own. */
async function begin(work: FailoverWork, order: FailoverOrder, journal: StepJournal): Promise<CloudFailoverResult> {
  try {
    return await beginPromotion(work, order, journal);
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    const words = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'no answer';
    return notDone(order, `AWS could not be asked how it stands, and nothing was ordered (${words}).`);
  }
}
