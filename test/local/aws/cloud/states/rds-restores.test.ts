import {
  CreateDBInstanceCommand,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  RestoreDBClusterToPointInTimeCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from '@aws-sdk/client-rds';
import { afterEach, describe, expect, it } from 'vitest';
import type { CloudModel } from '../../../../../src/local/aws/cloud/model.ts';
import { auroraCluster, NIGHT_MS, startActing, twoInstances, type Acting } from './acting.ts';

let cloud: Acting;
afterEach(() => cloud.close());

const LATEST = new Date(NIGHT_MS - 300_000);
const begin = async (model: CloudModel) => (cloud = await startActing({ model }));
const toTime = (change: object) =>
  cloud.rds.send(
    new RestoreDBInstanceToPointInTimeCommand({
      SourceDBInstanceIdentifier: 'orders-2',
      TargetDBInstanceIdentifier: 'new-1',
      ...change,
    }),
  );
const restorable = (): CloudModel => {
  const model = twoInstances();
  return { ...model, instances: model.instances.map((one) => ({ ...one, LatestRestorableTime: LATEST })) };
};

describe('a restore to a moment', () => {
  it('is creating, then available; what is not said is the default of AWS', async () => {
    const { model } = await begin(restorable());
    await toTime({ UseLatestRestorableTime: true });
    expect(model.instances.at(-1)).toMatchObject({ DBInstanceStatus: 'creating', PubliclyAccessible: true });
    await cloud.settle();
    expect(model.instances.at(-1)).toMatchObject({ DBInstanceIdentifier: 'new-1', DBInstanceStatus: 'available' });
  });

  it.each([
    ['after the last', { RestoreTime: new Date(NIGHT_MS) }, 'InvalidRestoreFault'],
    ['before the first', { RestoreTime: new Date(NIGHT_MS - 15 * 86_400_000) }, 'InvalidRestoreFault'],
    ['that nobody names', {}, 'InvalidParameterCombination'],
    [
      'over something',
      { TargetDBInstanceIdentifier: 'orders-1', UseLatestRestorableTime: true },
      'DBInstanceAlreadyExists',
    ],
  ])('%s is refused', async (_what, change, name) => {
    await begin(restorable());
    await expect(toTime(change)).rejects.toMatchObject({ name: expect.stringContaining(name) });
  });

  it('is refused without automated backups', async () => {
    const model = restorable();
    await begin({ ...model, instances: model.instances.map((one) => ({ ...one, BackupRetentionPeriod: 0 })) });
    await expect(toTime({ UseLatestRestorableTime: true })).rejects.toMatchObject({
      name: expect.stringContaining('PointInTimeRestoreNotEnabled'),
    });
  });
});

describe('what is made and deleted', () => {
  it('is a cluster with an instance, which can be created when the cluster is available, and has to go first', async () => {
    const model = auroraCluster();
    model.clusters = model.clusters.map((one) => ({ ...one, BackupRetentionPeriod: 7, LatestRestorableTime: LATEST }));
    await begin(model);
    const target = { DBClusterIdentifier: 'new' };
    const create = () =>
      cloud.rds.send(
        new CreateDBInstanceCommand({
          ...target,
          DBInstanceIdentifier: 'new-1',
          Engine: 'aurora-postgresql',
          DBInstanceClass: 'db.r6g.large',
        }),
      );
    await cloud.rds.send(
      new RestoreDBClusterToPointInTimeCommand({
        ...target,
        SourceDBClusterIdentifier: 'shop',
        UseLatestRestorableTime: true,
      }),
    );
    await expect(create()).rejects.toMatchObject({ name: expect.stringContaining('InvalidDBClusterState') });
    await cloud.settle();
    await create();
    await cloud.settle();
    const drop = () => cloud.rds.send(new DeleteDBClusterCommand({ ...target, SkipFinalSnapshot: true }));
    await expect(drop()).rejects.toMatchObject({ name: expect.stringContaining('InvalidDBClusterState') });
    await cloud.rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'new-1', SkipFinalSnapshot: true }));
    await drop();
    await cloud.settle();
    expect([model.clusters.length, model.instances.length]).toEqual([1, 3]);
  });

  it('is not what is protected, and not without a word about a last snapshot', async () => {
    const { model } = await begin(restorable());
    const drop = (change: object) =>
      cloud.rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'orders-2', ...change }));
    await expect(drop({ SkipFinalSnapshot: true })).rejects.toMatchObject({
      message: expect.stringMatching(/protected/),
    });
    model.instances = model.instances.map((one) => ({ ...one, DeletionProtection: false }));
    await expect(drop({})).rejects.toMatchObject({ message: expect.stringMatching(/FinalDBSnapshotIdentifier/) });
    expect(model.instances).toHaveLength(2);
  });
});
