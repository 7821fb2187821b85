import type { RDSClient } from '@aws-sdk/client-rds';
import { Fault } from '../../../core/errors.ts';
import type { StepJournal } from '../../../core/operation.ts';
import type {
  CloudSwitchover,
  CloudSwitchoverOrder,
  CloudSwitchoverResult,
} from '../../../targets/cloud-switchover.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { askCloud } from '../../ask-cloud.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import { onceOnly } from '../../once-only.ts';
import { describeInstances, INSTANCES_RIGHT } from '../instances.ts';
import { clusterSwitchover } from './cluster.ts';
import { notDone, unanswered } from './ends.ts';
import { instanceSwitchover, type SwitchoverWork } from './instance.ts';

const RIGHTS = [
  INSTANCES_RIGHT,
  { action: 'rds:DescribeDBClusters', resource: 'cluster:*' },
  { action: 'rds:DescribePendingMaintenanceActions', resource: 'db:*' },
  { action: 'rds:DescribeEvents', resource: '*' },
] as const;

/**
 * Moves the writes of a target that RDS or Aurora hosts: an instance with a standby, or a cluster, whichever its members are. The
 * instances are described once: a cloud is opened for one question.
 */
export function openSwitchover(
  spec: TargetSpec,
  access: CloudAccess,
  settings: CloudClient,
  client: RDSClient,
): CloudSwitchover {
  const work: SwitchoverWork = { client, settings, access, describe: onceOnly(() => describeInstances(client, spec)) };
  return {
    look: async (to) => {
      const seen = await askCloud(spec, access, RIGHTS, async () => (await kindOf(work)).look(to));
      if ('sample' in seen) return seen.sample;
      return { refused: 'skipped' in seen ? `${seen.skipped}. ${seen.fix}` : seen.unreliable };
    },
    begin: (order, journal) => begin(work, order, journal),
    follow: async (order, begunAt, journal) => {
      const kind = await kindOf(work).catch(() => undefined);
      if (kind) return kind.follow(order, begunAt, journal);
      return unanswered({ begunAtMs: Date.parse(begunAt), nowMs: access.now() });
    },
  };
}

/** What fails before the order is given means that nothing was done; only the order itself throws faults. */
async function begin(
  work: SwitchoverWork,
  order: CloudSwitchoverOrder,
  journal: StepJournal,
): Promise<CloudSwitchoverResult> {
  try {
    const kind = await kindOf(work);
    return await kind.begin(order, journal);
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    const words = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'no answer';
    return notDone(`AWS could not be asked how it stands, and nothing was ordered (${words}).`);
  }
}

async function kindOf(work: SwitchoverWork): Promise<CloudSwitchover> {
  const described = await work.describe();
  const isCluster = described.some(({ instance }) => instance.DBClusterIdentifier !== undefined);
  return isCluster ? clusterSwitchover(work) : instanceSwitchover(work);
}
