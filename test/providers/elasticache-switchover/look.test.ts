import { describe, expect, it } from 'vitest';
import { choose } from '../../../src/operations/switchover/why-not.ts';
import { groupLook } from '../../../src/providers/elasticache/switchover/look.ts';
import { groupSeen } from '../../../src/providers/elasticache/switchover/seen.ts';
import { cacheGroup, clusteredCache } from '../../local/aws/cloud/states/acting.ts';

type Change = Partial<NonNullable<ReturnType<typeof cacheGroup>['groups'][0]>>;

function lookOf(change: Change = {}, lags: Record<string, number> = { 'shop-cache-002': 0.2 }) {
  const seen = groupSeen({ ...cacheGroup().groups[0], ...change });
  const look = groupLook(seen, { memberOf: (node) => node, lagSecondsOf: (node) => lags[node] ?? null, tags });
  if ('refused' in look) throw new Error(look.refused);
  return look;
}
const tags = [{ Key: 'nightshift:failover', Value: 'allowed' }];
const whyNot = (change: Change, lags?: Record<string, number>) => choose(lookOf(change, lags), undefined);

describe('a look at a replication group', () => {
  it('names the primary, who could take over, and that acknowledged writes can be lost', () => {
    const look = lookOf();
    expect(look).toMatchObject({ writer: 'shop-cache-001', candidates: [{ member: 'shop-cache-002', unfit: null }] });
    expect(choose(look, undefined)).toEqual({ to: 'shop-cache-002' });
    expect(look.loss).toMatch(/^Acknowledged writes can be lost, of about 0.2 s by CloudWatch/);
    expect(look.steps).toHaveLength(4);
    expect(look.clients.join(' ')).toMatch(/nothing takes over by itself/);
  });

  it('switches nothing off where nothing is on', () => {
    const look = lookOf({ AutomaticFailover: 'disabled', MultiAZ: 'disabled' });
    expect(look.steps).toHaveLength(1);
    expect(look.prechecks).toContainEqual(expect.objectContaining({ name: 'Automatic failover', says: 'warns' }));
  });

  it('is refused with cluster mode enabled, where ElastiCache has only a test', () => {
    const seen = groupSeen(clusteredCache().groups[0] ?? {});
    expect(groupLook(seen, { memberOf: String, lagSecondsOf: () => 0, tags })).toMatchObject({
      refused: expect.stringContaining('TestFailover is for tests'),
    });
  });

  it('stops during a snapshot, with changes that wait, half-way through another change, and without a replica', () => {
    expect(whyNot({ Status: 'snapshotting' })).toMatchObject({ refused: expect.stringContaining('a snapshot') });
    expect(whyNot({ PendingModifiedValues: { PrimaryClusterId: 'x' } })).toMatchObject({
      refused: expect.stringContaining('PrimaryClusterId'),
    });
    expect(whyNot({ AutomaticFailover: 'enabling' })).toMatchObject({ refused: expect.stringContaining('enabling') });
    const alone = cacheGroup().groups[0]?.NodeGroups?.map((shard) => ({
      ...shard,
      NodeGroupMembers: shard.NodeGroupMembers?.slice(0, 1),
    }));
    expect(whyNot({ NodeGroups: alone })).toMatchObject({ refused: expect.stringContaining('no replica') });
  });

  it('takes no node that is more than a second behind, nor one whose lag nobody knows', () => {
    expect(whyNot({}, { 'shop-cache-002': 1 })).toEqual({ to: 'shop-cache-002' });
    expect(whyNot({}, { 'shop-cache-002': 2.5 })).toMatchObject({ refused: expect.stringContaining('2.5 s behind') });
    expect(whyNot({}, {})).toMatchObject({ refused: expect.stringContaining('no ReplicationLag') });
  });
});
