import {
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeEventsCommand,
  FailoverDBClusterCommand,
  RebootDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { afterEach, describe, expect, it } from 'vitest';
import type { CloudTrouble } from '../../../../../src/local/aws/cloud/states/trouble.ts';
import { auroraCluster, SECOND_MS, startActing, twoInstances, type Acting } from './acting.ts';

let cloud: Acting;
afterEach(() => cloud.close());

const orders = { DBInstanceIdentifier: 'orders-1' };
const failOver = () => cloud.rds.send(new RebootDBInstanceCommand({ ...orders, ForceFailover: true }));
const instance = async () =>
  (await cloud.rds.send(new DescribeDBInstancesCommand(orders))).DBInstances?.[0] ?? { DBInstanceStatus: 'gone' };
const status = async () => (await instance()).DBInstanceStatus;
const numbers = () => cloud.events().map(({ id }) => id);

describe('the lag of Describe…', () => {
  it('shows a state, the zone and the writer of a while ago', async () => {
    const lag = { describeSeconds: 10, zoneSeconds: 120, roleSeconds: 20 };
    cloud = await startActing({ model: auroraCluster(), lag });
    await cloud.rds.send(
      new FailoverDBClusterCommand({ DBClusterIdentifier: 'shop', TargetDBInstanceIdentifier: 'shop-2' }),
    );
    const shown = async () => {
      const { DBClusters } = await cloud.rds.send(new DescribeDBClustersCommand({}));
      const members = DBClusters?.[0]?.DBClusterMembers ?? [];
      return `${DBClusters?.[0]?.Status} ${members.find((one) => one.IsClusterWriter)?.DBInstanceIdentifier}`;
    };
    expect(await shown()).toBe('available shop-1');
    await cloud.advance(10 * SECOND_MS);
    expect(await shown()).toBe('failing-over shop-1');
    await cloud.advance(27 * SECOND_MS);
    expect(await shown()).toBe('available shop-1');
    await cloud.advance(20 * SECOND_MS);
    expect(await shown()).toBe('available shop-2');
  });

  it('tells of an event late, when the instance is available for long', async () => {
    cloud = await startActing({ model: twoInstances(), lag: { eventSeconds: 90 } });
    await failOver();
    await cloud.settle();
    const told = async () => (await cloud.rds.send(new DescribeEventsCommand({}))).Events?.length ?? 0;
    expect([await status(), await told()]).toEqual(['available', 0]);
    await cloud.advance(90 * SECOND_MS);
    expect(await told()).toBe(3);
  });

  it('shows an instance as available in its old zone for minutes', async () => {
    cloud = await startActing({ model: twoInstances(), lag: { zoneSeconds: 120 } });
    await failOver();
    await cloud.settle();
    expect(await instance()).toMatchObject({ DBInstanceStatus: 'available', AvailabilityZone: 'eu-central-1a' });
    await cloud.advance(120 * SECOND_MS);
    expect(await instance()).toMatchObject({ AvailabilityZone: 'eu-central-1b' });
  });
});

describe('scripted troubles', () => {
  it('throttle and refuse an action so many times', async () => {
    cloud = await startActing({
      model: twoInstances(),
      troubles: [
        { trouble: 'throttled', action: 'rds:RebootDBInstance', times: 2 },
        { trouble: 'refused', action: 'rds:RebootDBInstance', code: 'InsufficientDBInstanceCapacity', times: 1 },
      ],
    });
    await expect(failOver()).rejects.toMatchObject({ name: 'Throttling' });
    await expect(failOver()).rejects.toMatchObject({ name: 'Throttling' });
    await expect(failOver()).rejects.toMatchObject({ name: 'InsufficientDBInstanceCapacityFault' });
    expect(cloud.model.instances[0]).toMatchObject({ DBInstanceStatus: 'available' });
    expect((await failOver()).DBInstance).toMatchObject({ DBInstanceStatus: 'rebooting' });
  });

  it('abandon a failover, keep an instance in its status, and lose an event', async () => {
    const troubles: CloudTrouble[] = [
      { trouble: 'abandoned', resource: 'orders-1', times: 1 },
      { trouble: 'event-lost', id: 'RDS-EVENT-0049' },
    ];
    cloud = await startActing({ model: twoInstances(), troubles });
    await failOver();
    await cloud.settle();
    expect(numbers()).toEqual(['RDS-EVENT-0034']);
    await failOver();
    await cloud.settle();
    expect(numbers()).toEqual(['RDS-EVENT-0034', 'RDS-EVENT-0013', 'RDS-EVENT-0006']);
    troubles.push({ trouble: 'stuck', resource: 'orders-1', status: 'rebooting' });
    await failOver();
    await cloud.settle();
    expect(await status()).toBe('rebooting');
  });
});

describe('the virtual clock', () => {
  it('moves at every request where that is asked for', async () => {
    cloud = await startActing({ model: twoInstances(), pace: { eachRequestMs: 20 * SECOND_MS } });
    await failOver();
    const seen: (string | undefined)[] = [];
    while (seen.at(-1) !== 'available') seen.push(await status());
    expect(seen).toEqual(['rebooting', 'rebooting', 'rebooting', 'available']);
  });

  it('goes by itself at a factor, as in the demo', async () => {
    cloud = await startActing({ model: twoInstances(), pace: { factor: 1000 } });
    await failOver();
    await expect.poll(status).toBe('available');
  });
});
