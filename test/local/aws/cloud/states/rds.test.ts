import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeEventsCommand,
  type DescribeEventsCommandInput,
  FailoverDBClusterCommand,
  RebootDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { afterEach, describe, expect, it } from 'vitest';
import type { CloudTrouble } from '../../../../../src/local/aws/cloud/states/trouble.ts';
import { auroraCluster, MINUTE_MS, NIGHT_MS, SECOND_MS, startActing, twoInstances, type Acting } from './acting.ts';

let cloud: Acting;
afterEach(() => cloud.close());

const orders = { DBInstanceIdentifier: 'orders-1' };
const failOver = () => cloud.rds.send(new RebootDBInstanceCommand({ ...orders, ForceFailover: true }));
const instance = async () =>
  (await cloud.rds.send(new DescribeDBInstancesCommand(orders))).DBInstances?.[0] ?? { DBInstanceStatus: 'gone' };
const status = async () => (await instance()).DBInstanceStatus;
const numbers = () => cloud.events().map(({ id }) => id);

describe('RebootDBInstance with a failover', () => {
  it('is rebooting, then available in the other zone, with the events in order', async () => {
    cloud = await startActing({ model: twoInstances() });
    expect((await failOver()).DBInstance).toMatchObject({ ...orders, DBInstanceStatus: 'rebooting' });
    expect(await status()).toBe('rebooting');
    expect(numbers()).toEqual([]);
    await cloud.advance(5 * SECOND_MS);
    expect(numbers()).toEqual(['RDS-EVENT-0013']);
    await cloud.advance(60 * SECOND_MS);
    expect(await status()).toBe('rebooting');
    await cloud.advance(60 * SECOND_MS);
    expect(await instance()).toMatchObject({
      DBInstanceStatus: 'available',
      AvailabilityZone: 'eu-central-1b',
      SecondaryAvailabilityZone: 'eu-central-1a',
    });
    expect(numbers()).toEqual(['RDS-EVENT-0013', 'RDS-EVENT-0006', 'RDS-EVENT-0049']);
  });

  it('is abandoned when a failover was a few minutes ago, and possible again later', async () => {
    cloud = await startActing({ model: twoInstances() });
    await failOver();
    await cloud.settle();
    await failOver();
    await cloud.settle();
    expect(numbers().at(-1)).toBe('RDS-EVENT-0034');
    expect(await instance()).toMatchObject({ DBInstanceStatus: 'available', AvailabilityZone: 'eu-central-1b' });
    await cloud.advance(10 * MINUTE_MS);
    await failOver();
    await cloud.settle();
    expect(numbers().at(-1)).toBe('RDS-EVENT-0049');
  });

  it('is refused for a name that nobody has, an instance without a standby, and one that is busy', async () => {
    cloud = await startActing({ model: twoInstances() });
    const reboot = (DBInstanceIdentifier: string, ForceFailover: boolean) =>
      cloud.rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier, ForceFailover }));
    await expect(reboot('nobody', true)).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' });
    await expect(reboot('orders-2', true)).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
    await failOver();
    await expect(failOver()).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
  });

  it('without a failover it restarts where it is', async () => {
    cloud = await startActing({ model: twoInstances() });
    await cloud.rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'orders-2' }));
    await cloud.settle();
    expect(numbers()).toEqual(['RDS-EVENT-0004', 'RDS-EVENT-0006']);
    expect(cloud.model.instances[1]).toMatchObject({ DBInstanceStatus: 'available' });
  });
});

describe('FailoverDBCluster', () => {
  const failOverTo = (TargetDBInstanceIdentifier?: string) =>
    cloud.rds.send(
      new FailoverDBClusterCommand({
        DBClusterIdentifier: 'shop',
        ...(TargetDBInstanceIdentifier === undefined ? {} : { TargetDBInstanceIdentifier }),
      }),
    );
  const cluster = async () =>
    (await cloud.rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: 'shop' }))).DBClusters?.[0];
  const writers = async () =>
    (await cluster())?.DBClusterMembers?.filter(({ IsClusterWriter }) => IsClusterWriter).map(
      ({ DBInstanceIdentifier }) => DBInstanceIdentifier,
    );

  it('fails over to the target, and says across zones', async () => {
    cloud = await startActing({ model: auroraCluster() });
    await failOverTo('shop-2');
    expect(await cluster()).toMatchObject({ Status: 'failing-over' });
    expect(await writers()).toEqual(['shop-1']);
    await cloud.settle();
    expect(await cluster()).toMatchObject({ Status: 'available' });
    expect(await writers()).toEqual(['shop-2']);
    expect(cloud.events().map(({ id, message }) => `${id} ${message}`)).toEqual([
      'RDS-EVENT-0073 Started cross AZ failover to DB instance: shop-2',
      'RDS-EVENT-0006 DB instance restarted.',
      'RDS-EVENT-0071 Completed failover to DB instance: shop-2',
    ]);
  });

  it('takes the lowest promotion tier where no target is named, here in the same zone', async () => {
    cloud = await startActing({ model: auroraCluster() });
    await failOverTo();
    await cloud.settle();
    expect(await writers()).toEqual(['shop-3']);
    expect(numbers()).toContain('RDS-EVENT-0072');
  });

  it.each<[CloudTrouble['trouble'] & ('failover-fails' | 'goes-back'), string]>([
    [
      'failover-fails',
      'RDS-EVENT-0069 Cluster failover failed, check the health of your cluster instances and try again.',
    ],
    ['goes-back', 'RDS-EVENT-0070 Promoting previous primary again: shop-1'],
  ])('keeps its writer when it %s', async (trouble, last) => {
    cloud = await startActing({ model: auroraCluster(), troubles: [{ trouble, resource: 'shop' }] });
    await failOverTo('shop-2');
    await cloud.settle();
    expect(await writers()).toEqual(['shop-1']);
    expect(
      cloud
        .events()
        .map(({ id, message }) => `${id} ${message}`)
        .at(-1),
    ).toBe(last);
    expect(await cluster()).toMatchObject({ Status: 'available' });
  });

  it('is refused for a name that nobody has, a busy cluster, a target that is busy, no reader, or the writer', async () => {
    cloud = await startActing({ model: auroraCluster() });
    const unknown = cloud.rds.send(new FailoverDBClusterCommand({ DBClusterIdentifier: 'nobody' }));
    await expect(unknown).rejects.toMatchObject({ name: 'DBClusterNotFoundFault' });
    await expect(failOverTo('shop-1')).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
    cloud.model.instances = cloud.model.instances.map((one) => ({ ...one, DBInstanceStatus: 'modifying' }));
    await expect(failOverTo('shop-2')).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
    cloud.model.instances = auroraCluster().instances;
    await failOverTo('shop-2');
    await expect(failOverTo('shop-2')).rejects.toMatchObject({ name: 'InvalidDBClusterStateFault' });
  });
});

describe('DescribeEvents', () => {
  const events = async (input: DescribeEventsCommandInput) =>
    (await cloud.rds.send(new DescribeEventsCommand(input))).Events ?? [];

  it('tells what happened to a resource since a moment, without the numbers', async () => {
    cloud = await startActing({ model: twoInstances() });
    await failOver();
    await cloud.settle();
    const own = { SourceIdentifier: 'orders-1', SourceType: 'db-instance' } as const;
    const [first] = await events({ ...own, StartTime: new Date(NIGHT_MS) });
    expect(first).toEqual({
      SourceIdentifier: 'orders-1',
      SourceType: 'db-instance',
      Message: 'Multi-AZ instance failover started.',
      EventCategories: ['failover'],
      Date: new Date(NIGHT_MS + 5 * SECOND_MS),
      SourceArn: 'arn:aws:rds:eu-central-1:123456789012:db:orders-1',
    });
    expect(await events({ ...own, StartTime: new Date(NIGHT_MS + 6 * SECOND_MS) })).toHaveLength(2);
    expect(await events({ ...own, EndTime: new Date(NIGHT_MS + 6 * SECOND_MS) })).toHaveLength(1);
    expect(await events({ EventCategories: ['availability'] })).toMatchObject([{ Message: 'DB instance restarted.' }]);
    expect(await events({ SourceType: 'db-cluster' })).toEqual([]);
    await expect(events({ SourceIdentifier: 'orders-1' })).rejects.toMatchObject({
      name: 'InvalidParameterCombination',
    });
  });

  it('looks back an hour where nothing is said, as far as Duration says, and never beyond 14 days', async () => {
    cloud = await startActing({ model: twoInstances() });
    await failOver();
    await cloud.settle();
    await cloud.advance(61 * MINUTE_MS);
    expect(await events({})).toEqual([]);
    expect(await events({ Duration: 90 })).toHaveLength(3);
    await cloud.advance(14 * 24 * 60 * MINUTE_MS);
    expect(await events({ StartTime: new Date(NIGHT_MS) })).toEqual([]);
  });

  it('comes page by page', async () => {
    cloud = await startActing({ model: twoInstances() });
    await failOver();
    await cloud.settle();
    const first = await cloud.rds.send(new DescribeEventsCommand({ MaxRecords: 2 }));
    expect(first.Events).toHaveLength(2);
    const Marker = first.Marker ?? '';
    const second = await cloud.rds.send(new DescribeEventsCommand({ Marker }));
    expect(second.Events).toMatchObject([{ Message: 'Multi-AZ instance failover completed.' }]);
    expect(second.Marker).toBeUndefined();
  });
});
