import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import { describe, expect, it } from 'vitest';
import { clusterLook, type ClusterSide } from '../../../src/providers/rds/switchover/cluster-look.ts';
import type { CloudSwitchoverLook } from '../../../src/targets/cloud-switchover.ts';
import { auroraCluster, NIGHT_MS } from '../../local/aws/cloud/states/acting.ts';

const { clusters, instances } = auroraCluster();

function side(
  cluster: Partial<DBCluster> = {},
  change: { readonly [name: string]: Partial<DBInstance> } = {},
): ClusterSide {
  const described = instances.map((instance) => {
    const identifier = instance.DBInstanceIdentifier ?? '';
    return { member: identifier, identifier, instance: { ...instance, ...change[identifier] } };
  });
  return { cluster: { ...clusters[0], ...cluster }, described, lagMilliseconds: { 'shop-2': 20, 'shop-3': 15 } };
}

function looked(one: ClusterSide): CloudSwitchoverLook {
  const look = clusterLook(one, { pending: [], events: [] }, NIGHT_MS);
  if ('refused' in look) throw new Error(look.refused);
  return look;
}

const candidates = (one: ClusterSide) => looked(one).candidates.map(({ member, unfit }) => [member, unfit]);

describe('a cluster that could fail over', () => {
  it('prefers the reader of the lowest promotion tier', () => {
    expect(candidates(side())).toEqual([
      ['shop-3', null],
      ['shop-2', null],
    ]);
  });

  it('says of each reader why it cannot take the writes', () => {
    const lag = { ...side(), lagMilliseconds: { 'shop-2': 1500, 'shop-3': null } };
    expect(candidates(lag)[1]).toEqual(['shop-2', 'it is 1500 ms behind (limit: 1000 ms).']);
    expect(candidates(side({}, { 'shop-3': { DBInstanceStatus: 'rebooting' } }))[0]).toEqual([
      'shop-3',
      'shop-3 is rebooting: wait until it is available.',
    ]);
    expect(candidates(side({}, { 'shop-1': { DBInstanceClass: 'db.m6g.xlarge' } }))[1]).toEqual([
      'shop-2',
      'its machine (db.m6g.large) is smaller than that of shop-1.',
    ]);
  });

  it('needs the tag on the cluster and on the reader, as the failover role does', () => {
    const stopped = looked(side({ TagList: [] })).prechecks.filter(({ says }) => says === 'stops');
    expect(stopped.map(({ name }) => name)).toEqual(['Allowed']);
    expect(candidates(side({}, { 'shop-3': { TagList: [] } }))[0]).toEqual([
      'shop-3',
      'it is not tagged nightshift:failover = allowed.',
    ]);
  });

  it('does not move the writer of a cluster that follows another', () => {
    const stops = looked(side({ ReplicationSourceIdentifier: 'arn:aws:rds:eu-west-1:123456789012:cluster:shop' }));
    expect(stops.prechecks.find(({ says }) => says === 'stops')?.sentence).toMatch(/^shop follows a cluster elsewhere/);
  });

  it('says why nothing committed is lost, of Aurora and of a cluster of RDS', () => {
    expect(looked(side()).loss).toContain('share one storage');
    expect(looked(side({ Engine: 'postgres' })).loss).toContain('at least one reader has each of them');
  });

  it('is refused where the config does not know its writer', () => {
    const members = (clusters[0]?.DBClusterMembers ?? []).map((one) => ({ ...one, IsClusterWriter: false }));
    expect(clusterLook(side({ DBClusterMembers: members }), { pending: [], events: [] }, NIGHT_MS)).toEqual({
      refused: 'AWS names no writer of shop that nightshift.yaml knows.',
    });
  });
});
