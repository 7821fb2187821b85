import { RDSClient } from '@aws-sdk/client-rds';
import { setTimeout } from 'node:timers/promises';
import { bindReplica } from '../../src/local/aws/cloud/engines/postgres-engines.ts';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';
import type { EngineBinding } from '../../src/local/aws/cloud/states/world.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { emptyCloud } from '../../src/local/aws/cloud/model.ts';
import { healthyRds, rdsMetrics } from '../local/aws/cloud/orders.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { ALLOWED } from './multi-zone.ts';
import { openSwitchoverRuns, type Behind, type SwitchoverRuns } from './switchover-runs.ts';

export const QUARANTINE = 'sg-0badc0de';
const APPLICATION = 'sg-0a991ca7';

/** A primary with a standby that streams from it; both are real. */
export async function startPair(): Promise<TestPostgres & { replica: NonNullable<TestPostgres['replica']> }> {
  const pair = await startTestPostgres({ replica: true });
  const { replica } = pair;
  if (!replica) throw new TypeError('a pair is two servers');
  return Object.assign(pair, { replica });
}

/** Waits until the standby has replayed all that the primary has written. */
export async function caughtUp(pair: TestPostgres): Promise<void> {
  const CAUGHT_UP = 'SELECT 1 FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()';
  while ((await pair.query(CAUGHT_UP)).length === 0) await setTimeout(20);
}

/** `shop-db-1` without a standby, of which CloudWatch has no metric any more, and its read replica `shop-db-2`. */
export function deadInstance(): CloudModel {
  const model = healthyRds('shop-db-1', 'shop-db-2');
  const [one, two] = model.instances;
  const inGroup = { VpcSecurityGroups: [{ VpcSecurityGroupId: APPLICATION, Status: 'active' }], ...ALLOWED };
  const replica = { ReadReplicaSourceDBInstanceIdentifier: 'shop-db-1', BackupRetentionPeriod: 0 };
  return {
    ...model,
    instances: [
      { ...one, ...inGroup, MultiAZ: false },
      { ...two, ...inGroup, MultiAZ: false, ...replica },
    ],
    metrics: model.metrics.filter(({ dimensions }) => dimensions['DBInstanceIdentifier'] !== 'shop-db-1'),
  };
}

/** As nightshift.yaml has it. */
export function hostedPair(pair: TestPostgres, change: Partial<TargetSpec> = {}): TargetSpec {
  return { ...pair.spec, provider: 'rds', region: 'eu-central-1', quarantine: QUARANTINE, ...change };
}

/** Runs over the stand-in of AWS, whose promotion promotes the real standby. */
export function openFailoverRuns(
  pair: TestPostgres & { replica: EngineOfReplica },
  change: Partial<Behind> = {},
): Promise<SwitchoverRuns> {
  const bindings: Record<string, EngineBinding> = { 'shop-db-2': bindReplica(pair.replica) };
  return openSwitchoverRuns({
    model: deadInstance(),
    bindings,
    spec: hostedPair(pair),
    secrets: pair.environment,
    ...change,
  });
}

type EngineOfReplica = Parameters<typeof bindReplica>[0];

/** What has to be typed where nobody knows how much is lost. */
export const ACCEPTING = { 'accept-loss': 'unknown', confirm: 'shop-db' };

/** The same while CloudWatch still has metrics of the primary. */
export function silentInstance(): CloudModel {
  const model = deadInstance();
  return { ...model, metrics: [...model.metrics, ...rdsMetrics('shop-db-1')] };
}

/** The cluster `shop`, whose writer is `shop-db-1`. */
export function deadWriter(): CloudModel {
  const instances = deadInstance().instances.map((one) => ({
    ...one,
    ReadReplicaSourceDBInstanceIdentifier: undefined,
    Engine: 'aurora-postgresql',
    DBClusterIdentifier: 'shop',
  }));
  const members = instances.map(({ DBInstanceIdentifier }) => ({
    DBInstanceIdentifier,
    IsClusterWriter: DBInstanceIdentifier === 'shop-db-1',
    PromotionTier: 1,
  }));
  const cluster = {
    DBClusterIdentifier: 'shop',
    Status: 'available',
    Engine: 'aurora-postgresql',
    DBClusterMembers: members,
  };
  return { ...emptyCloud(), instances, clusters: [cluster] };
}

/** AWS as somebody else calls it beside the runs. */
export function besides({ cloud }: SwitchoverRuns): RDSClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new RDSClient({ endpoint: cloud.url, region: 'eu-central-1', credentials });
}
