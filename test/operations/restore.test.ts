import { afterEach, describe, expect, it } from 'vitest';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';
import type { CloudTrouble } from '../../src/local/aws/cloud/states/trouble.ts';
import { multiZone } from '../app/multi-zone.ts';
import { hostedSpec } from '../app/snapshot-spec.ts';
import {
  openSwitchoverRuns,
  OPERATOR_ROLE,
  reportOf,
  type Behind,
  type SwitchoverRuns,
} from '../app/switchover-runs.ts';
import { cacheGroup } from '../local/aws/cloud/states/acting.ts';

let runs: SwitchoverRuns;
afterEach(() => runs.stop());

/** `shop-db-1` with groups and a network of its own, open to the world by mistake. */
function hosted(): CloudModel {
  const model = multiZone();
  const [instance] = model.instances;
  const own = {
    PubliclyAccessible: true,
    DBSubnetGroup: { DBSubnetGroupName: 'shop-private' },
    DBParameterGroups: [{ DBParameterGroupName: 'shop-18' }],
    VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-shop', Status: 'active' }],
  };
  return { ...model, instances: [{ ...instance, ...own }] };
}
const begin = async (model: CloudModel, change: Partial<Behind> = {}) =>
  (runs = await openSwitchoverRuns({
    model,
    spec: hostedSpec('rds', ['shop-db-1']),
    secrets: {},
    durations: { restores: 60 },
    ...change,
  }));

/** With one snapshot that a run made. */
async function backedUp(change: Partial<Behind> = {}): Promise<CloudModel> {
  const model = change.model ?? hosted();
  await begin(model, change);
  reportOf(await runs.run('backup'));
  return model;
}

describe('a restore of an instance of RDS', () => {
  it('makes a new instance that is not public and protected, like its source, after an approval', async () => {
    const model = await backedUp();
    const before = structuredClone(model.instances[0]);
    const report = reportOf(await runs.run('restore'));
    expect(report).toMatchObject({ status: 'healthy', headline: expect.stringMatching(/is available at .*:5432$/) });
    expect(runs.plans[0]?.loss).toMatch(/^Nothing is lost by it\. The new instance has nothing that was written after/);
    const [source, made] = model.instances;
    expect(source).toEqual(before);
    expect(made).toMatchObject({
      DBInstanceIdentifier: expect.stringMatching(/^nightshift-shop-db-20261128-[0-9a-f]{8}$/),
      DBInstanceStatus: 'available',
      PubliclyAccessible: false,
      DeletionProtection: true,
      DBParameterGroups: [{ DBParameterGroupName: 'shop-18' }],
      VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-shop' }],
      TagList: [
        { Key: 'nightshift:run', Value: runs.plans[0]?.runId },
        { Key: 'nightshift:restored-from', Value: model.snapshots[0]?.DBSnapshotArn },
      ],
    });
    expect(model.snapshots[0]?.TagList).toContainEqual({ Key: 'nightshift:proven', Value: expect.any(String) });
  });

  it('is ordered as the operator role, in a session that may make this one alone', async () => {
    const model = await backedUp();
    await runs.run('restore');
    const restores = model.sessions.filter(({ policy }) => policy?.includes('RestoreDBInstanceFromDBSnapshot'));
    expect(restores).toMatchObject([{ role: OPERATOR_ROLE }]);
    const [, made] = model.instances;
    expect(JSON.parse(restores[0]?.policy ?? '').Statement[0].Resource).toEqual([
      made?.DBInstanceArn,
      model.snapshots[0]?.DBSnapshotArn,
      'arn:aws:rds:eu-central-1:123456789012:subgrp:shop-private',
      'arn:aws:rds:eu-central-1:123456789012:pg:shop-18',
    ]);
  });

  it('makes one instance where the answer to the order was lost', async () => {
    const model = hosted();
    model.faults['rds:RestoreDBInstanceFromDBSnapshot'] = 'lost';
    await backedUp({ model });
    expect(reportOf(await runs.run('restore')).status).toBe('healthy');
    expect(model.instances).toHaveLength(2);
  });

  it.each(['InsufficientDBInstanceCapacity', 'InstanceQuotaExceeded', 'KMSKeyNotAccessibleFault'])(
    'is refused in words where AWS says %s',
    async (code) => {
      const action = 'rds:RestoreDBInstanceFromDBSnapshot';
      const troubles: CloudTrouble[] = [{ trouble: 'refused', action, code }];
      const model = await backedUp({ troubles });
      const outcome = await runs.run('restore');
      expect(outcome).toMatchObject({ refused: expect.stringMatching(`^nothing was restored: .*${code}`) });
      expect(model.instances).toHaveLength(1);
    },
  );

  it('is refused without a snapshot, without a role, and where nobody can', async () => {
    await begin(hosted());
    expect(await runs.run('restore')).toMatchObject({ refused: expect.stringMatching(/there is no snapshot/) });
    expect(await runs.run('restore', { from: 'another' })).toMatchObject({
      refused: expect.stringMatching(/there is no snapshot another of shop-db-1/),
    });
    await runs.stop();
    await begin(hosted(), { operatorRole: undefined });
    expect(await runs.run('restore')).toMatchObject({ refused: expect.stringMatching(/NIGHTSHIFT_OPERATOR_ROLE_ARN/) });
    await runs.stop();
    await begin(cacheGroup(), { spec: hostedSpec('elasticache', ['shop-cache-001']) });
    expect(await runs.run('restore')).toMatchObject({
      refused: expect.stringMatching(/there is no snapshot {2}of shop-cache/),
    });
  });
});
