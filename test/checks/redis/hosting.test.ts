import type { ReplicationGroup } from '@aws-sdk/client-elasticache';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hosting } from '../../../src/checks/redis/hosting.ts';
import { askCloudOf, cloudSampleOf, hostedSpec, startTestCloud, type TestCloud } from '../in-the-cloud.ts';
import { judgedControl } from '../looking.ts';
import { healthyElasticache } from './nodes.ts';

const spec = hostedSpec('redis', 'elasticache', 'shop-cache-001', 'shop-cache-002');
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.stop());
beforeEach(() => cloud.becomes(healthyElasticache()));

async function found(change: Partial<ReplicationGroup>) {
  cloud.model.groups = cloud.model.groups.map((group) => ({ ...group, ...change }));
  return judgedControl(hosting, await cloudSampleOf(hosting, spec));
}

describe('hosting of Redis', () => {
  it('has nothing to say of a group that is set up well', async () => {
    expect(await found({})).toEqual([]);
  });

  it('warns where nobody takes over', async () => {
    expect(await found({ AutomaticFailover: 'disabled' })).toMatchObject([
      {
        key: 'redis.hosting:shop-cache:failover',
        severity: 'warning',
        sentence: 'When the primary of shop-cache fails, nobody takes over: automatic failover is off.',
      },
    ]);
  });

  it('names updates that wait, and warns two weeks before their date', async () => {
    const wait = (applyBy: string) => {
      cloud.model.updates = [
        {
          ReplicationGroupId: 'shop-cache',
          ServiceUpdateName: 'elasticache-20261120',
          ServiceUpdateSeverity: 'critical',
          ServiceUpdateType: 'security-update',
          ServiceUpdateRecommendedApplyByDate: new Date(applyBy),
          UpdateActionStatus: 'not-applied',
        },
      ];
    };
    wait('2026-12-05T02:00:00Z');
    expect(await found({})).toMatchObject([
      {
        severity: 'warning',
        sentence:
          'Updates wait for shop-cache, to be applied by 2026-12-05 (in 7 d): elasticache-20261120 (critical security-update) (warning from 14 d before).',
      },
    ]);
    wait('2027-03-01T00:00:00Z');
    expect(await found({})).toMatchObject([{ severity: 'info' }]);
  });

  it('puts advice into one line, and names a state that is not available', async () => {
    const bare = { AtRestEncryptionEnabled: false, TransitEncryptionEnabled: false, SnapshotRetentionLimit: 0 };
    expect(await found({ ...bare, Status: 'modifying' })).toMatchObject([
      { key: 'redis.hosting:shop-cache:status', severity: 'warning' },
      {
        severity: 'info',
        sentence:
          'shop-cache could be set up better: clients speak to it without TLS; it is not encrypted at rest; backups are kept for 0 d (advice: 1 d).',
      },
    ]);
  });

  it('is skipped with the right that is missing, and where AWS knows no such group', async () => {
    cloud.model.faults = { 'elasticache:DescribeUpdateActions': 'denied' };
    expect(await askCloudOf(hosting, spec)).toEqual({
      skipped: 'our role may not call elasticache:DescribeUpdateActions',
      fix: 'Allow elasticache:DescribeUpdateActions on arn:aws:elasticache:eu-central-1:*:replicationgroup:* to the role of run.',
    });
    cloud.becomes({ ...healthyElasticache(), groups: [] });
    expect(await askCloudOf(hosting, spec)).toMatchObject({
      skipped: 'AWS does not know shop-cache in eu-central-1',
      fix: expect.stringContaining('identifier'),
    });
  });
});
