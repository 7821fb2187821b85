import {
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  PromoteReadReplicaCommand,
  type ModifyDBInstanceCommandInput,
} from '@aws-sdk/client-rds';
import { afterEach, describe, expect, it } from 'vitest';
import type { CloudModel } from '../../../../../src/local/aws/cloud/model.ts';
import { SECOND_MS, startActing, twoInstances, type Acting } from './acting.ts';

let cloud: Acting;
afterEach(() => cloud.close());

const instance = async (DBInstanceIdentifier: string) =>
  (await cloud.rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }))).DBInstances?.[0];
const numbers = () => cloud.events().map(({ id }) => id?.slice(-4));

describe('PromoteReadReplica', () => {
  /** `orders-2` replicates `orders-1`. */
  function withReplica(): CloudModel {
    const model = twoInstances();
    const [source, replica] = model.instances;
    return {
      ...model,
      instances: [
        { ...source, ReadReplicaDBInstanceIdentifiers: ['orders-2'] },
        { ...replica, ReadReplicaSourceDBInstanceIdentifier: 'orders-1', BackupRetentionPeriod: 0 },
      ],
    };
  }
  const promote = (DBInstanceIdentifier: string, BackupRetentionPeriod?: number) =>
    cloud.rds.send(
      new PromoteReadReplicaCommand({
        DBInstanceIdentifier,
        ...(BackupRetentionPeriod === undefined ? {} : { BackupRetentionPeriod }),
      }),
    );
  const standing = async () => {
    const found = await instance('orders-2');
    return `${found?.DBInstanceStatus}, of ${found?.ReadReplicaSourceDBInstanceIdentifier ?? 'nobody'}`;
  };

  it('goes through modifying, rebooting and backing-up, and has no source from then on', async () => {
    cloud = await startActing({ model: withReplica() });
    await promote('orders-2', 7);
    const seen = [await standing()];
    for (let n = 0; n < 40; n += 1) {
      await cloud.advance(10 * SECOND_MS);
      const next = await standing();
      if (next !== seen.at(-1)) seen.push(next);
    }
    expect(seen).toEqual([
      'modifying, of orders-1',
      'rebooting, of orders-1',
      'backing-up, of nobody',
      'available, of nobody',
    ]);
    expect(numbers()).toEqual(['0006', '0001', '0002']);
    expect(await instance('orders-2')).toMatchObject({ BackupRetentionPeriod: 7 });
    expect((await instance('orders-1'))?.ReadReplicaDBInstanceIdentifiers ?? []).toEqual([]);
  });

  it('keeps backups for a day where nothing is said, and makes none where they are off', async () => {
    cloud = await startActing({ model: withReplica() });
    await promote('orders-2');
    await cloud.settle();
    expect(await instance('orders-2')).toMatchObject({ BackupRetentionPeriod: 1 });
    await cloud.close();
    cloud = await startActing({ model: withReplica() });
    await promote('orders-2', 0);
    await cloud.settle();
    expect(numbers()).toEqual(['0006']);
  });

  it('is refused for a replica that is backed up, for what is no replica, and for a name that nobody has', async () => {
    cloud = await startActing({ model: withReplica() });
    await expect(promote('orders-1')).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
    await expect(promote('nobody')).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
    cloud.model.instances = cloud.model.instances.map((one) => ({ ...one, DBInstanceStatus: 'backing-up' }));
    await expect(promote('orders-2')).rejects.toMatchObject({
      name: 'InvalidDBInstanceStateFault',
      message: expect.stringContaining('backing-up'),
    });
  });

  it('stays a replica when the engine cannot be promoted', async () => {
    const bindings = { 'orders-2': { moveTo: () => Promise.reject(new Error('it does not answer')) } };
    cloud = await startActing({ model: withReplica(), bindings });
    await promote('orders-2');
    await cloud.settle();
    expect(await standing()).toBe('available, of orders-1');
  });
});

describe('ModifyDBInstance', () => {
  const modify = (input: Partial<ModifyDBInstanceCommandInput>) =>
    cloud.rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'orders-2', ...input }));

  it('lets values wait for the maintenance window', async () => {
    cloud = await startActing({ model: twoInstances() });
    await modify({ DBInstanceClass: 'db.m6g.xlarge' });
    await cloud.settle();
    expect(await instance('orders-2')).toMatchObject({
      DBInstanceStatus: 'available',
      DBInstanceClass: 'db.m6g.large',
      PendingModifiedValues: { DBInstanceClass: 'db.m6g.xlarge' },
    });
  });

  it('is modifying while it applies them now, with the events of both ends', async () => {
    cloud = await startActing({ model: twoInstances() });
    await modify({ DBInstanceClass: 'db.m6g.xlarge', MultiAZ: true, ApplyImmediately: true });
    expect(await instance('orders-2')).toMatchObject({ DBInstanceStatus: 'modifying', MultiAZ: false });
    await expect(modify({ MultiAZ: false })).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
    await cloud.settle();
    const done = await instance('orders-2');
    expect(done).toMatchObject({ DBInstanceStatus: 'available', MultiAZ: true, DBInstanceClass: 'db.m6g.xlarge' });
    expect(done?.PendingModifiedValues).toBeUndefined();
    expect(numbers()).toEqual(['0012', '0024', '0014', '0025']);
  });

  it('never leaves modifying where that is scripted', async () => {
    const troubles = [{ trouble: 'stuck', resource: 'orders-2', status: 'modifying' } as const];
    cloud = await startActing({ model: twoInstances(), troubles });
    await modify({ DBInstanceClass: 'db.m6g.xlarge', ApplyImmediately: true });
    await cloud.settle();
    expect(await instance('orders-2')).toMatchObject({ DBInstanceStatus: 'modifying' });
  });

  it('changes security groups as soon as possible, the old ones on their way out', async () => {
    const model = twoInstances();
    const VpcSecurityGroups = [{ VpcSecurityGroupId: 'sg-shop', Status: 'active' }];
    model.instances = model.instances.map((one) => ({ ...one, VpcSecurityGroups }));
    cloud = await startActing({ model });
    await modify({ VpcSecurityGroupIds: ['sg-quarantine'] });
    expect((await instance('orders-2'))?.VpcSecurityGroups).toEqual([
      { VpcSecurityGroupId: 'sg-shop', Status: 'removing' },
      { VpcSecurityGroupId: 'sg-quarantine', Status: 'adding' },
    ]);
    await cloud.settle();
    expect((await instance('orders-2'))?.VpcSecurityGroups).toEqual([
      { VpcSecurityGroupId: 'sg-quarantine', Status: 'active' },
    ]);
  });

  it('refuses what it would forget', async () => {
    cloud = await startActing({ model: twoInstances() });
    await expect(modify({ MasterUserPassword: 'secret-secret' })).rejects.toThrow(/does not modify MasterUserPassword/);
  });
});
