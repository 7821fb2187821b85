import { afterEach, describe, expect, it } from 'vitest';
import type { CloudModel } from '../../../src/local/aws/cloud/model.ts';
import { hostedSpec } from '../../app/snapshot-spec.ts';
import { openSwitchoverRuns, reportOf, type Behind, type SwitchoverRuns } from '../../app/switchover-runs.ts';
import { auroraCluster, NIGHT_MS } from '../../local/aws/cloud/states/acting.ts';

let runs: SwitchoverRuns;
afterEach(() => runs.stop());

const ARN = 'arn:aws:rds:eu-central-1:123456789012';

function cluster(change: object = {}): CloudModel {
  const model = auroraCluster();
  const own = {
    DBClusterArn: `${ARN}:cluster:shop`,
    DBSubnetGroup: 'shop-private',
    DBClusterParameterGroup: 'shop-cluster-18',
    VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-shop', Status: 'active' }],
    BackupRetentionPeriod: 7,
    EarliestRestorableTime: new Date(NIGHT_MS - 7 * 86_400_000),
    LatestRestorableTime: new Date(NIGHT_MS - 60_000),
  };
  return { ...model, clusters: model.clusters.map((one) => ({ ...one, ...own, ...change })) };
}
const begin = async (model: CloudModel, change: Partial<Behind> = {}) =>
  (runs = await openSwitchoverRuns({
    model,
    spec: hostedSpec('aurora', ['shop-1', 'shop-2', 'shop-3']),
    secrets: {},
    durations: { clusterRestores: 60, instanceIsMade: 60 },
    ...change,
  }));
const made = (model: CloudModel) => ({ cluster: model.clusters[1], instances: model.instances.slice(3) });

describe('a restore of a cluster of Aurora', () => {
  it('makes a cluster of the snapshot, and then one instance in it', async () => {
    const model = cluster();
    await begin(model);
    reportOf(await runs.run('backup'));
    const report = reportOf(await runs.run('restore'));
    expect(report.headline).toMatch(/is available at nightshift-shop-db-.*\.cluster-.*:5432$/);
    expect(runs.plans[0]?.steps).toMatchObject(
      [/RestoreDBClusterFromSnapshot/, /until it is available/, /CreateDBInstance/].map((words) =>
        expect.stringMatching(words),
      ),
    );
    const name = made(model).cluster?.DBClusterIdentifier ?? '';
    expect(made(model).cluster).toMatchObject({
      Status: 'available',
      DeletionProtection: true,
      DBSubnetGroup: 'shop-private',
      DBClusterParameterGroup: 'shop-cluster-18',
      VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-shop' }],
    });
    expect(made(model).instances).toMatchObject([
      {
        DBInstanceIdentifier: `${name}-1`,
        DBClusterIdentifier: name,
        PubliclyAccessible: false,
        DBInstanceStatus: 'available',
      },
    ]);
    expect(model.clusterSnapshots[0]?.TagList).toContainEqual({ Key: 'nightshift:proven', Value: expect.any(String) });
  });

  it('goes to a second, too', async () => {
    const model = cluster();
    await begin(model);
    const report = reportOf(await runs.run('restore', { to: '2026-11-27T12:00:00Z' }));
    expect(report.status).toBe('healthy');
    expect(runs.plans[0]?.steps[0]).toMatch(/RestoreDBClusterToPointInTime/);
    expect(made(model).instances).toHaveLength(1);
  });

  it('makes one cluster and one instance where both answers were lost', async () => {
    const model = cluster();
    model.faults['rds:RestoreDBClusterToPointInTime'] = 'lost';
    model.faults['rds:CreateDBInstance'] = 'lost';
    await begin(model);
    expect(reportOf(await runs.run('restore', { to: 'latest' })).status).toBe('healthy');
    expect(model.clusters).toHaveLength(2);
    expect(made(model).instances).toHaveLength(1);
  });

  it('says where the cluster is there and its instance cannot be made', async () => {
    const model = cluster();
    const code = 'InsufficientDBInstanceCapacity';
    await begin(model, { troubles: [{ trouble: 'refused', action: 'rds:CreateDBInstance', code }] });
    const report = reportOf(await runs.run('restore', { to: 'latest' }));
    expect(report).toMatchObject({ status: 'critical' });
    expect(report.text.join(' ')).toMatch(/has no instance: AWS has no machine of this class.*costs money/);
  });

  it('takes a Multi-AZ cluster with its own class, which brings its instances itself', async () => {
    const model = cluster({ Engine: 'postgres', DBClusterInstanceClass: 'db.m6gd.large', StorageType: 'gp3' });
    await begin(model);
    expect(reportOf(await runs.run('restore', { to: 'latest' })).status).toBe('healthy');
    expect(made(model).instances).toHaveLength(3);
    expect(runs.cloud.asked).not.toContain('rds:CreateDBInstance');
  });
});
