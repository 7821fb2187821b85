import { afterEach, describe, expect, it } from 'vitest';
import type { CloudModel } from '../../../src/local/aws/cloud/model.ts';
import { multiZone } from '../../app/multi-zone.ts';
import { hostedSpec } from '../../app/snapshot-spec.ts';
import { openSwitchoverRuns, reportOf, type Behind, type SwitchoverRuns } from '../../app/switchover-runs.ts';
import { NIGHT_MS } from '../../local/aws/cloud/states/acting.ts';

let runs: SwitchoverRuns;
afterEach(() => runs.stop());

const LATEST = new Date(NIGHT_MS - 120_000);
/** Its oldest automated snapshot is a week old. */
function hosted(): CloudModel {
  const model = multiZone();
  const [instance] = model.instances;
  const own = {
    TagList: [{ Key: 'environment', Value: 'production' }],
    DBSubnetGroup: { DBSubnetGroupName: 'shop-private' },
    VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-shop', Status: 'active' }],
  };
  const oldest = {
    DBSnapshotIdentifier: 'rds:shop-db-1-2026-11-21',
    DBInstanceIdentifier: 'shop-db-1',
    SnapshotType: 'automated',
    Status: 'available',
    SnapshotCreateTime: new Date(NIGHT_MS - 7 * 86_400_000),
  };
  return { ...model, instances: [{ ...instance, ...own }], snapshots: [oldest] };
}
const begin = async (model: CloudModel, change: Partial<Behind> = {}) =>
  (runs = await openSwitchoverRuns({
    model,
    spec: hostedSpec('rds', ['shop-db-1']),
    secrets: {},
    durations: { restores: 60 },
    ...change,
  }));

describe('a restore of an instance of RDS to a moment', () => {
  it('makes a new one of that second, with the settings and not the tags of its source', async () => {
    const model = hosted();
    await begin(model);
    const report = reportOf(await runs.run('restore', { to: '2026-11-28T01:30:00Z' }));
    expect(report.headline).toMatch(/was made of shop-db-1 at 2026-11-28 01:30:00 UTC and is available at/);
    expect(runs.plans[0]).toMatchObject({
      loss: expect.stringContaining('nothing that was written after 2026-11-28 01:30:00 UTC'),
      identity: { settings: { source: 'shop-db-1', to: '2026-11-28T01:30:00.000Z', protection: 'on' } },
    });
    expect(runs.plans[0]?.steps[0]).toMatch(/RestoreDBInstanceToPointInTime/);
    const [, made] = model.instances;
    expect(made).toMatchObject({
      DBInstanceStatus: 'available',
      PubliclyAccessible: false,
      DeletionProtection: true,
      DBSubnetGroup: { DBSubnetGroupName: 'shop-private' },
      VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-shop' }],
    });
    expect(made?.TagList?.map(({ Key }) => Key)).toEqual(['nightshift:run', 'nightshift:restored-from']);
    const session = model.sessions.find(({ policy }) => policy?.includes('ToPointInTime'));
    expect(JSON.parse(session?.policy ?? '').Statement[0].Resource).toEqual([
      made?.DBInstanceArn,
      model.instances[0]?.DBInstanceArn,
      'arn:aws:rds:eu-central-1:123456789012:subgrp:shop-private',
    ]);
  });

  it('goes to the latest second that there is', async () => {
    const model = hosted();
    await begin(model);
    const report = reportOf(await runs.run('restore', { to: 'latest' }));
    expect(report.status).toBe('healthy');
    expect(runs.plans[0]?.identity).toMatchObject({ settings: { to: 'latest' } });
    expect(runs.plans[0]?.facts[0]).toMatchObject({
      value: `${LATEST.toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    });
  });

  it.each([
    ['2026-11-28T01:59:00Z', /AWS keeps shop-db-1 from 2026-11-21T02:00:00.000Z to 2026-11-28T01:58:00.000Z/],
    ['2026-11-20T00:00:00Z', /cannot be restored: AWS keeps shop-db-1 from/],
    ['yesterday', /AWS restores to a time alone/],
  ])('is refused for %s, before anything is ordered', async (to, why) => {
    await begin(hosted());
    expect(await runs.run('restore', { to })).toMatchObject({ refused: expect.stringMatching(why) });
    expect(runs.plans).toEqual([]);
  });

  it('is refused where no logs are kept, and where a snapshot is named too', async () => {
    const model = hosted();
    model.instances = model.instances.map((one) => ({ ...one, BackupRetentionPeriod: 0 }));
    await begin(model);
    expect(await runs.run('restore', { to: 'latest' })).toMatchObject({
      refused: expect.stringMatching(/no automated backups/),
    });
    expect(await runs.run('restore', { to: 'latest', from: 'any' })).toMatchObject({
      refused: expect.stringMatching(/either `from`/),
    });
  });

  it.each([
    'PointInTimeRestoreNotEnabled',
    'InvalidRestoreFault',
    'StorageQuotaExceeded',
    'InsufficientDBInstanceCapacity',
  ])('is refused in words where AWS says %s', async (code) => {
    const action = 'rds:RestoreDBInstanceToPointInTime';
    const model = hosted();
    await begin(model, { troubles: [{ trouble: 'refused', action, code }] });
    const outcome = await runs.run('restore', { to: 'latest' });
    expect(outcome).toMatchObject({ refused: expect.stringMatching(`^nothing was restored: .*${code}`) });
    expect(model.instances).toHaveLength(1);
  });
});
