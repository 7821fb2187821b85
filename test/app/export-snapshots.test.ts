import { afterEach, describe, expect, it } from 'vitest';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';
import type { CloudTrouble } from '../../src/local/aws/cloud/states/trouble.ts';
import { cacheGroup, clusteredCache } from '../local/aws/cloud/states/acting.ts';
import { hostedSpec } from './snapshot-spec.ts';
import { openSwitchoverRuns, reportOf, type Behind, type SwitchoverRuns } from './switchover-runs.ts';

let runs: SwitchoverRuns;
afterEach(() => runs.stop());

const toBucket = { backup: { ...usualBackupPolicy, copyTo: { kind: 'bucket', bucket: 'acme-exports' } as const } };
const cache = hostedSpec('elasticache', ['shop-cache-001', 'shop-cache-002'], toBucket);
const begin = async (model: CloudModel, change: Partial<Behind> = {}) =>
  (runs = await openSwitchoverRuns({ model, spec: cache, secrets: {}, ...change }));
const asked = (action: string) => runs.cloud.asked.filter((one) => one === action).length;

describe('an export of a snapshot of ElastiCache', () => {
  const withBucket = (model: CloudModel) => ({ ...model, exports: { 'acme-exports': [] } });

  it('is one file a shard in the bucket, looked at there', async () => {
    const model = withBucket(clusteredCache());
    await begin(model);
    const report = reportOf(await runs.run('backup'));
    expect(report.headline).toMatch(/; a copy is in acme-exports$/);
    const name = model.cacheSnapshots[0]?.SnapshotName;
    expect(model.exports['acme-exports']).toMatchObject([{ key: `${name}-0001.rdb` }, { key: `${name}-0002.rdb` }]);
    expect(report.facts).toContainEqual({ label: 'Its name there', value: `s3://acme-exports/${name}` });
    expect(report.facts).toContainEqual({
      label: 'Copy in acme-exports',
      value: expect.stringMatching(/^2(\.\d)? M.*, under the same account$/),
    });
    const session = model.sessions.find(({ policy }) => policy?.includes('CopySnapshot'));
    expect(session?.policy).toContain('arn:aws:s3:::acme-exports');
    expect(await runs.run('backup', { kind: 'copy' })).toMatchObject({ done: { status: 'healthy' } });
    expect(asked('elasticache:CopySnapshot')).toBe(1);
  });

  it('whose bucket nobody may look into is told of as not looked at', async () => {
    const model = withBucket(cacheGroup());
    await begin(model, { unlisted: true });
    const report = reportOf(await runs.run('backup'));
    expect(report.headline).toMatch(/; a copy is in acme-exports$/);
    expect(report.facts).toContainEqual({
      label: 'Copy in acme-exports',
      value: 'AWS is done with it; its size could not be looked at',
    });
    expect(model.exports['acme-exports']).toHaveLength(1);
  });

  it('into a bucket that is not there is refused, and the snapshot is there all the same', async () => {
    const model = cacheGroup();
    await begin(model);
    const report = reportOf(await runs.run('backup'));
    expect(report.findings).toMatchObject([
      {
        key: 'backup.copy',
        sentence: expect.stringMatching(/not one that ElastiCache can put into.*acme-exports does not exist/),
      },
    ]);
    expect(model.cacheSnapshots).toMatchObject([{ SnapshotStatus: 'available' }]);
  });

  it('that ends with nothing in the bucket is told of as missing', async () => {
    const model = withBucket(cacheGroup());
    const troubles: CloudTrouble[] = [];
    await begin(model, { troubles });
    model.faults['elasticache:CopySnapshot'] = 'denied';
    await runs.run('backup');
    delete model.faults['elasticache:CopySnapshot'];
    troubles.push({ trouble: 'export-lost', resource: model.cacheSnapshots[0]?.SnapshotName ?? '' });
    expect(reportOf(await runs.run('backup', { kind: 'copy' })).findings).toMatchObject([
      { key: 'backup.copy', sentence: expect.stringMatching(/It was ordered, and AWS does not show it/) },
    ]);
  });
});
