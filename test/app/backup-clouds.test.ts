import { afterEach, describe, expect, it } from 'vitest';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { auroraCluster, cacheGroup, clusteredCache } from '../local/aws/cloud/states/acting.ts';
import { hostedSpec } from './snapshot-spec.ts';
import { openSwitchoverRuns, reportOf, type Behind, type SwitchoverRuns } from './switchover-runs.ts';

let runs: SwitchoverRuns;
afterEach(() => runs.stop());

const begin = async (model: CloudModel, spec: TargetSpec, change: Partial<Behind> = {}) =>
  (runs = await openSwitchoverRuns({ model, spec, secrets: {}, ...change }));
const aurora = hostedSpec('aurora', ['shop-1', 'shop-2', 'shop-3']);
const cache = hostedSpec('elasticache', ['shop-cache-001', 'shop-cache-002']);

describe('a backup of a cluster of Aurora', () => {
  it('is one snapshot of the cluster, whatever its members do', async () => {
    const model = auroraCluster();
    await begin(model, aurora);
    const report = reportOf(await runs.run('backup'));
    expect(report.headline).toMatch(/^snapshot nightshift-shop-db-20261128-[0-9a-f]{8} of shop: it is whole/);
    expect(model.clusterSnapshots).toMatchObject([{ DBClusterIdentifier: 'shop', Status: 'available' }]);
    expect(model.snapshots).toEqual([]);
    expect(JSON.parse(model.sessions[0]?.policy ?? '')).toMatchObject({
      Statement: [{ Action: ['rds:CreateDBClusterSnapshot', 'rds:AddTagsToResource'] }],
    });
  });

  it('is refused where the cluster is busy', async () => {
    const model = auroraCluster();
    model.clusters = model.clusters.map((one) => ({ ...one, Status: 'failing-over' }));
    await begin(model, aurora);
    expect(await runs.run('backup')).toMatchObject({
      refused: expect.stringMatching(/^shop is failing-over: RDS takes/),
    });
  });
});

describe('a backup of a replication group', () => {
  it('is one snapshot of a replica, with tags that Describe… does not show', async () => {
    const model = cacheGroup();
    await begin(model, cache);
    const report = reportOf(await runs.run('backup'));
    expect(report).toMatchObject({ status: 'healthy' });
    const [snapshot] = model.cacheSnapshots;
    const replica = model.groups[0]?.NodeGroups?.[0]?.NodeGroupMembers?.find((one) => one.CurrentRole === 'replica');
    expect(snapshot).toMatchObject({ SnapshotStatus: 'available', CacheClusterId: replica?.CacheClusterId });
    expect(model.tags[snapshot?.ARN ?? '']).toContainEqual({ Key: 'nightshift:target', Value: 'shop-cache' });
    expect(model.groups[0]?.Status).toBe('available');
  });

  it('is one of all shards where there are several', async () => {
    const model = clusteredCache();
    await begin(model, cache);
    expect(reportOf(await runs.run('backup')).status).toBe('healthy');
    expect(model.cacheSnapshots).toMatchObject([{ ReplicationGroupId: 'shop-cache' }]);
    expect(model.cacheSnapshots[0]?.NodeSnapshots?.length).toBe(model.groups[0]?.NodeGroups?.length);
  });

  it.each<[string, (model: CloudModel) => void, RegExp]>([
    [
      'its nodes cannot',
      (model) => (model.groups = model.groups.map((one) => ({ ...one, CacheNodeType: 'cache.t1.micro' }))),
      /no snapshots of nodes of type cache\.t1\.micro/,
    ],
    [
      'the group is busy',
      (model) => (model.groups = model.groups.map((one) => ({ ...one, Status: 'modifying' }))),
      /shop-cache is modifying/,
    ],
  ])('is refused where %s', async (_what, change, why) => {
    const model = cacheGroup();
    change(model);
    await begin(model, cache);
    expect(await runs.run('backup')).toMatchObject({ refused: expect.stringMatching(why) });
  });

  it('is refused in words where it had its twenty of a day', async () => {
    const troubles = [
      {
        trouble: 'refused' as const,
        action: 'elasticache:CreateSnapshot',
        code: 'SnapshotQuotaExceededFault',
      },
    ];
    await begin(cacheGroup(), cache, { troubles });
    expect(await runs.run('backup')).toMatchObject({ refused: expect.stringMatching(/20 snapshots of a node in 24/) });
  });
});
