import type { CloudFailoverLook } from '../../../targets/cloud-failover.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { measure, type MetricSource } from '../../cloud-metrics.ts';
import type { Described } from '../instances.ts';
import type { SwitchoverWork } from '../switchover/instance.ts';
import type { InstanceView } from './aws-sign.ts';
import { primaryOf } from './candidates.ts';
import { heartbeatsOf } from './heartbeat.ts';
import { instanceLook } from './instance-look.ts';
import { outageEvents } from './outage-events.ts';
import { backupDaysOf } from './promotion-journal.ts';

/** What the failover of one target works with. */
export type FailoverWork = SwitchoverWork & { spec: TargetSpec };

/** What may still tell of an outage. */
const PAST_MS = 3_600_000;

/** How an instance stands whose replica could be promoted. */
export async function lookAtInstance(work: FailoverWork): Promise<CloudFailoverLook | { refused: string }> {
  const described = await work.describe();
  const found = primaryOf(described);
  if ('refused' in found) return found;
  const { primary } = found;
  const nowMs = work.access.now();
  const [view, lagSeconds] = await Promise.all([viewOf(work, primary, described), lagOf(work, described)]);
  const { name: target, quarantine } = work.spec;
  const backupDays = backupDaysOf(primary.instance.BackupRetentionPeriod, undefined);
  return instanceLook({ target, quarantine, primary, described, view, lagSeconds, backupDays }, nowMs);
}

/** What AWS and CloudWatch tell of it. */
export async function viewOf(
  work: FailoverWork,
  primary: Described,
  described: readonly Described[],
): Promise<InstanceView> {
  const { identifier: name, instance } = primary;
  const nowMs = work.access.now();
  const identifiers = described.map(({ identifier }) => identifier);
  const [events, heartbeats] = await Promise.all([
    outageEvents(work.client, { name, type: 'db-instance' }, nowMs - PAST_MS),
    // A CloudWatch that does not answer says nothing.
    heartbeatsOf(work.settings, identifiers, nowMs).catch(() => undefined),
  ]);
  const others = identifiers.flatMap((one) => (one === name ? [] : (heartbeats?.get(one) ?? [])));
  return {
    name,
    status: instance.DBInstanceStatus ?? 'unknown',
    multiZone: instance.MultiAZ === true,
    events,
    heartbeatSeconds: heartbeats?.get(name) ?? null,
    othersHeartbeatSeconds: others.length === 0 ? null : Math.min(...others),
  };
}

const replicaLag: MetricSource<'lagSeconds'> = {
  namespace: 'AWS/RDS',
  dimension: 'DBInstanceIdentifier',
  lines: [{ metric: 'lagSeconds', name: 'ReplicaLag', stat: 'Average' }],
};

/** ReplicaLag is -1 where replication does not go on: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Monitoring.html */
async function lagOf({ settings, access }: FailoverWork, described: readonly Described[]) {
  const measuring = described.map(({ member, identifier }) => ({ who: { member, identifier }, source: replicaLag }));
  const measured = await measure(settings, measuring, access.now()).catch(() => []);
  return Object.fromEntries(
    measured.map(({ member, measures: { lagSeconds } }) => [
      member,
      lagSeconds && lagSeconds.latest >= 0 ? lagSeconds.latest : null,
    ]),
  );
}
