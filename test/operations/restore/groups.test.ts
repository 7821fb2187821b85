import { afterEach, describe, expect, it } from 'vitest';
import type { CloudModel } from '../../../src/local/aws/cloud/model.ts';
import { hostedSpec } from '../../app/snapshot-spec.ts';
import { openSwitchoverRuns, reportOf, type Behind, type SwitchoverRuns } from '../../app/switchover-runs.ts';
import { cacheGroup, clusteredCache } from '../../local/aws/cloud/states/acting.ts';

let runs: SwitchoverRuns;
afterEach(() => runs.stop());

/** With a network and groups of its own, encrypted on both sides. */
function hosted(model: CloudModel = cacheGroup(), change: object = {}): CloudModel {
  const encrypted = { TransitEncryptionEnabled: true, AtRestEncryptionEnabled: true, CacheNodeType: 'cache.r7g.large' };
  return {
    ...model,
    groups: model.groups.map((one) => ({ ...one, ...encrypted, ...change })),
    nodes: [...(model.groups[0]?.MemberClusters ?? [])].map((CacheClusterId) => ({
      CacheClusterId,
      Engine: 'redis',
      EngineVersion: '7.1.0',
      CacheSubnetGroupName: 'shop-private',
      SecurityGroups: [{ SecurityGroupId: 'sg-cache', Status: 'active' }],
      CacheParameterGroup: { CacheParameterGroupName: 'shop-redis7' },
    })),
  };
}
const begin = async (model: CloudModel, change: Partial<Behind> = {}) =>
  (runs = await openSwitchoverRuns({
    model,
    spec: hostedSpec('elasticache', ['shop-cache-001']),
    secrets: {},
    durations: { groupIsMade: 60 },
    ...change,
  }));

describe('a restore of a replication group', () => {
  it('makes a new one of the snapshot, like its source and with one node', async () => {
    const model = hosted(cacheGroup(), { UserGroupIds: ['shop-users'] });
    await begin(model);
    reportOf(await runs.run('backup'));
    const report = reportOf(await runs.run('restore'));
    expect(report.headline).toMatch(/^nightshift-shop-cache-20261128-[0-9a-f]{8} was made of .*:6379$/);
    const [, made] = model.groups;
    expect(made).toMatchObject({
      Status: 'available',
      TransitEncryptionEnabled: true,
      AtRestEncryptionEnabled: true,
      CacheNodeType: 'cache.r7g.large',
      UserGroupIds: ['shop-users'],
      MultiAZ: 'disabled',
    });
    expect(made?.MemberClusters).toHaveLength(1);
    expect(made?.ReplicationGroupId?.length).toBeLessThanOrEqual(40);
    expect(model.tags[model.cacheSnapshots[0]?.ARN ?? '']).toContainEqual({
      Key: 'nightshift:proven',
      Value: expect.any(String),
    });
    const session = model.sessions.find(({ policy }) => policy?.includes('CreateReplicationGroup'));
    expect(JSON.parse(session?.policy ?? '').Statement[0].Resource).toContain(
      'arn:aws:elasticache:eu-central-1:123456789012:usergroup:shop-users',
    );
  });

  it('has as many shards as its source', async () => {
    const model = hosted(clusteredCache());
    await begin(model);
    reportOf(await runs.run('backup'));
    expect(reportOf(await runs.run('restore')).status).toBe('healthy');
    expect(model.groups[1]).toMatchObject({ ClusterEnabled: true, AutomaticFailover: 'enabled' });
    expect(model.groups[1]?.NodeGroups).toHaveLength(2);
  });

  it('is refused to a moment, and where an AUTH token would be lost', async () => {
    await begin(hosted());
    reportOf(await runs.run('backup'));
    expect(await runs.run('restore', { to: 'latest' })).toMatchObject({
      refused: expect.stringMatching(/keeps nothing between its snapshots/),
    });
    await runs.stop();
    await begin(hosted(cacheGroup(), { AuthTokenEnabled: true }));
    expect(await runs.run('restore')).toMatchObject({ refused: expect.stringMatching(/has an AUTH token/) });
  });

  it('is refused in words where AWS has no node, and makes one group where the answer was lost', async () => {
    const model = hosted();
    const action = 'elasticache:CreateReplicationGroup';
    const code = 'InsufficientCacheClusterCapacity';
    await begin(model, { troubles: [{ trouble: 'refused', action, code, times: 1 }] });
    reportOf(await runs.run('backup'));
    expect(await runs.run('restore')).toMatchObject({
      refused: expect.stringMatching(`no node of this type.*${code}`),
    });
    model.faults[action] = 'lost';
    expect(reportOf(await runs.run('restore')).status).toBe('healthy');
    expect(model.groups).toHaveLength(2);
  });
});
