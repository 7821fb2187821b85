import {
  DescribeEventsCommand,
  DescribeReplicationGroupsCommand,
  ModifyReplicationGroupCommand,
  TestFailoverCommand,
  type ModifyReplicationGroupCommandInput,
} from '@aws-sdk/client-elasticache';
import { afterEach, describe, expect, it } from 'vitest';
import type { CloudTrouble } from '../../../../../src/local/aws/cloud/states/trouble.ts';
import { cacheGroup, clusteredCache, MINUTE_MS, SECOND_MS, startActing, type Acting } from './acting.ts';

let cloud: Acting;
afterEach(() => cloud.close());

const group = async () => {
  const { ReplicationGroups } = await cloud.elasticache.send(
    new DescribeReplicationGroupsCommand({ ReplicationGroupId: 'shop-cache' }),
  );
  return ReplicationGroups?.[0];
};
const roles = async () =>
  (await group())?.NodeGroups?.flatMap(({ NodeGroupMembers = [] }) =>
    NodeGroupMembers.map(({ CacheClusterId, CurrentRole }) => `${CacheClusterId} ${CurrentRole}`),
  );
const messages = async (input: { StartTime?: Date; SourceIdentifier?: string } = {}) =>
  (await cloud.elasticache.send(new DescribeEventsCommand(input))).Events?.map(
    ({ SourceType, Message }) => `${SourceType}: ${Message}`,
  );
const testFailover = (NodeGroupId = '0001') =>
  cloud.elasticache.send(new TestFailoverCommand({ ReplicationGroupId: 'shop-cache', NodeGroupId }));

describe('TestFailover', () => {
  it('makes a replica the primary, with the five events in their order', async () => {
    cloud = await startActing({ model: cacheGroup() });
    expect((await testFailover()).ReplicationGroup).toMatchObject({ Status: 'modifying' });
    expect(await roles()).toEqual(['shop-cache-001 primary', 'shop-cache-002 replica']);
    await cloud.settle();
    expect(await group()).toMatchObject({ Status: 'available', AutomaticFailover: 'enabled' });
    expect(await roles()).toEqual(['shop-cache-001 replica', 'shop-cache-002 primary']);
    const done = 'Failover from primary node shop-cache-001 to replica node shop-cache-002 completed';
    expect(await messages()).toEqual([
      'replication-group: Test Failover API called for node group 0001',
      `cache-cluster: ${done}`,
      `replication-group: ${done}`,
      'cache-cluster: Recovering cache nodes shop-cache-001',
      'cache-cluster: Finished recovery for cache nodes shop-cache-001',
    ]);
    expect(await messages({ SourceIdentifier: 'shop-cache-001' })).toHaveLength(2);
  });

  it('takes the next shard of a group only after the last event, and tells no roles with cluster mode enabled', async () => {
    cloud = await startActing({ model: clusteredCache() });
    await testFailover('0001');
    await cloud.advance(MINUTE_MS);
    await expect(testFailover('0002')).rejects.toMatchObject({ name: 'InvalidReplicationGroupStateFault' });
    await cloud.settle();
    await testFailover('0002');
    await cloud.settle();
    expect(await roles()).toEqual([
      'shop-cache-0001-001 undefined',
      'shop-cache-0001-002 undefined',
      'shop-cache-0002-001 undefined',
      'shop-cache-0002-002 undefined',
    ]);
    const primaries = cloud.model.groups[0]?.NodeGroups?.map(
      ({ NodeGroupMembers }) => NodeGroupMembers?.find((one) => one.CurrentRole === 'primary')?.CacheClusterId,
    );
    expect(primaries).toEqual(['shop-cache-0001-002', 'shop-cache-0002-002']);
  });

  it('is refused from the sixteenth shard in 24 hours on', async () => {
    cloud = await startActing({ model: cacheGroup() });
    for (let n = 0; n < 15; n += 1) {
      await testFailover();
      await cloud.settle();
    }
    await expect(testFailover()).rejects.toMatchObject({ name: 'APICallRateForCustomerExceededFault' });
    await cloud.advance(24 * 60 * MINUTE_MS);
    await testFailover();
  });

  it('is refused for names that nobody has, without automatic failover, and while AWS blocks it', async () => {
    const troubles: CloudTrouble[] = [{ trouble: 'blocked', resource: 'shop-cache', times: 1 }];
    cloud = await startActing({ model: cacheGroup(), troubles });
    await expect(testFailover()).rejects.toMatchObject({ name: 'TestFailoverNotAvailableFault' });
    await expect(testFailover('0009')).rejects.toMatchObject({ name: 'NodeGroupNotFoundFault' });
    const nobody = new TestFailoverCommand({ ReplicationGroupId: 'nobody', NodeGroupId: '0001' });
    await expect(cloud.elasticache.send(nobody)).rejects.toMatchObject({ name: 'ReplicationGroupNotFoundFault' });
    cloud.model.groups = cloud.model.groups.map((one) => ({ ...one, AutomaticFailover: 'disabled' }));
    await expect(testFailover()).rejects.toMatchObject({ name: 'InvalidReplicationGroupStateFault' });
  });
});

describe('ModifyReplicationGroup', () => {
  const modify = (input: Partial<ModifyReplicationGroupCommandInput>) =>
    cloud.elasticache.send(
      new ModifyReplicationGroupCommand({ ReplicationGroupId: 'shop-cache', ApplyImmediately: true, ...input }),
    );
  const off = { AutomaticFailoverEnabled: false, MultiAZEnabled: false };
  const on = { AutomaticFailoverEnabled: true, MultiAZEnabled: true };

  it('switches automatic failover off, changes the primary, and switches it on again', async () => {
    cloud = await startActing({ model: cacheGroup() });
    await modify(off);
    expect(await group()).toMatchObject({ Status: 'modifying', AutomaticFailover: 'disabling', MultiAZ: 'enabled' });
    await cloud.settle();
    expect(await group()).toMatchObject({ Status: 'available', AutomaticFailover: 'disabled', MultiAZ: 'disabled' });
    await modify({ PrimaryClusterId: 'shop-cache-002' });
    expect(await group()).toMatchObject({ PendingModifiedValues: { PrimaryClusterId: 'shop-cache-002' } });
    await cloud.settle();
    expect(await roles()).toEqual(['shop-cache-001 replica', 'shop-cache-002 primary']);
    await modify(on);
    expect(await group()).toMatchObject({ AutomaticFailover: 'enabling' });
    await cloud.settle();
    const done = await group();
    expect(done).toMatchObject({ Status: 'available', AutomaticFailover: 'enabled', MultiAZ: 'enabled' });
    expect(done?.PendingModifiedValues).toBeUndefined();
  });

  it('may stay disabled without a word, as users report', async () => {
    const troubles: CloudTrouble[] = [{ trouble: 'stays-disabled', resource: 'shop-cache', times: 1 }];
    cloud = await startActing({ model: cacheGroup(), troubles });
    await modify(off);
    await cloud.settle();
    await modify(on);
    await cloud.settle();
    expect(await group()).toMatchObject({ Status: 'available', AutomaticFailover: 'disabled', MultiAZ: 'disabled' });
    await modify(on);
    await cloud.settle();
    expect(await group()).toMatchObject({ AutomaticFailover: 'enabled' });
  });

  it('keeps its primary when the engines cannot move', async () => {
    const bindings = { 'shop-cache': { moveTo: () => Promise.reject(new Error('it does not answer')) } };
    cloud = await startActing({ model: cacheGroup(), bindings });
    await modify(off);
    await cloud.settle();
    await modify({ PrimaryClusterId: 'shop-cache-002' });
    await cloud.settle();
    expect(await roles()).toEqual(['shop-cache-001 primary', 'shop-cache-002 replica']);
    expect(await group()).toMatchObject({ Status: 'available', AutomaticFailover: 'disabled' });
  });

  it('lets the change wait for the maintenance window', async () => {
    cloud = await startActing({ model: cacheGroup() });
    await modify({ ...off, ApplyImmediately: false });
    await cloud.settle();
    expect(await group()).toMatchObject({
      AutomaticFailover: 'enabled',
      PendingModifiedValues: { AutomaticFailoverStatus: 'disabled' },
    });
  });

  it('refuses what does not go together, what it does not know, and a group of which a snapshot is made', async () => {
    cloud = await startActing({ model: cacheGroup() });
    const combination = { name: 'InvalidParameterCombinationException' };
    await expect(modify({ PrimaryClusterId: 'shop-cache-002' })).rejects.toMatchObject(combination);
    await expect(modify({ ...off, PrimaryClusterId: 'shop-cache-002' })).rejects.toMatchObject(combination);
    await expect(modify({ AutomaticFailoverEnabled: false })).rejects.toMatchObject(combination);
    await expect(modify({ CacheNodeType: 'cache.r7g.large' })).rejects.toThrow(/does not modify CacheNodeType/);
    cloud.model.groups = cloud.model.groups.map((one) => ({ ...one, Status: 'snapshotting' }));
    await expect(modify(off)).rejects.toMatchObject({ name: 'InvalidReplicationGroupStateFault' });
    cloud.model.groups = clusteredCache().groups;
    await expect(modify(off)).rejects.toMatchObject({
      ...combination,
      message: 'Turning off automatic failover for replication group with cluster mode enabled is not supported.',
    });
  });

  it('is throttled so many times where that is scripted', async () => {
    const troubles: CloudTrouble[] = [
      { trouble: 'throttled', action: 'elasticache:ModifyReplicationGroup', times: 1 },
      {
        trouble: 'refused',
        action: 'elasticache:ModifyReplicationGroup',
        code: 'InsufficientCacheClusterCapacity',
        times: 1,
      },
    ];
    cloud = await startActing({ model: cacheGroup(), troubles });
    await expect(modify(off)).rejects.toMatchObject({ name: 'Throttling' });
    await expect(modify(off)).rejects.toMatchObject({ name: 'InsufficientCacheClusterCapacityFault' });
    await modify(off);
  });

  it('shows its state late where describe is behind', async () => {
    cloud = await startActing({ model: cacheGroup(), lag: { describeSeconds: 10 } });
    await modify(off);
    expect(await group()).toMatchObject({ Status: 'available', AutomaticFailover: 'enabled' });
    await cloud.advance(10 * SECOND_MS);
    expect(await group()).toMatchObject({ Status: 'modifying', AutomaticFailover: 'disabling' });
  });
});
