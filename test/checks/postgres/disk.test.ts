import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { disk } from '../../../src/checks/postgres/disk.ts';
import { GIB, healthyRds, publish } from '../../local/aws/cloud/orders.ts';
import { askCloudOf, cloudSampleOf, hostedSpec, startTestCloud, type TestCloud } from '../in-the-cloud.ts';
import { judgedMachine } from '../looking.ts';

const sample = (freeGib: number, growsToGib: number | null = null) => ({
  members: [
    {
      member: 'shop-db-1',
      disk: {
        freeBytes: freeGib * GIB,
        sizeBytes: 100 * GIB,
        growsToBytes: growsToGib === null ? null : growsToGib * GIB,
      },
    },
  ],
});

describe('disk', () => {
  it('stays silent while a fifth is left', () => {
    expect(judgedMachine(disk, sample(20))).toEqual([]);
  });

  it('warns below a fifth and is critical below a tenth, with what is left', () => {
    expect(judgedMachine(disk, sample(19))).toMatchObject([{ severity: 'warning', key: 'postgres.disk:shop-db-1' }]);
    const [finding] = judgedMachine(disk, sample(8));
    expect(finding).toMatchObject({ severity: 'critical', measure: { value: 8, limit: 10 } });
    expect(finding?.sentence).toBe(
      'shop-db-1 has 8 GB of 100 GB disk free and it does not grow by itself: 8 % is left (critical below 10 %).',
    );
  });

  it('counts what the storage may grow by itself', () => {
    expect(judgedMachine(disk, sample(8, 200))).toEqual([]);
    const [finding] = judgedMachine(disk, sample(8, 110));
    expect(finding).toMatchObject({ severity: 'warning' });
    expect(finding?.sentence).toContain('8 GB of 100 GB disk free, and may grow by 10 GB: 16 % is left');
  });

  it('says that storage which may grow is late with it', () => {
    const [finding] = judgedMachine(disk, sample(4, 1000));
    expect(finding).toMatchObject({ severity: 'warning' });
    expect(finding?.sentence).toContain('although it may grow to 1000 GB by itself');
  });

  it('has nothing to say of storage without a size, and names no day on servers of one’s own', () => {
    expect(judgedMachine(disk, { members: [{ member: 'shop-db-1', disk: null }] })).toEqual([]);
    expect(disk.withoutMachine).toBe('how full the disk is, so no day is forecast');
  });
});

describe('disk, asked of a cloud', () => {
  let cloud: TestCloud;
  const spec = hostedSpec('postgres', 'rds', 'shop-db-1', 'shop-db-2');
  beforeAll(async () => {
    cloud = await startTestCloud();
  });
  afterAll(() => cloud.stop());
  beforeEach(() => cloud.becomes(healthyRds('shop-db-1', 'shop-db-2')));

  it('compares the free storage of each member with its size and with what it may become', async () => {
    expect(await cloudSampleOf(disk, spec)).toEqual({
      members: ['shop-db-1', 'shop-db-2'].map((member) => ({
        member,
        disk: { freeBytes: 50 * GIB, sizeBytes: 100 * GIB, growsToBytes: 200 * GIB },
      })),
    });
  });

  it('is unreliable when the free storage was not measured', async () => {
    cloud.model.metrics = cloud.model.metrics.filter(
      ({ name, dimensions }) => name !== 'FreeStorageSpace' || dimensions['DBInstanceIdentifier'] === 'shop-db-1',
    );
    expect(await askCloudOf(disk, spec)).toEqual({
      unreliable: 'the free storage of shop-db-2 was not measured in the last minutes',
    });
  });

  it('is skipped with the right that is missing, on the resource to allow it on', async () => {
    cloud.model.faults = { 'rds:DescribeDBInstances': 'denied' };
    expect(await askCloudOf(disk, { ...spec, account: '123456789012' })).toEqual({
      skipped: 'our role may not call rds:DescribeDBInstances',
      fix: 'Allow rds:DescribeDBInstances on arn:aws:rds:eu-central-1:123456789012:db:* to the role of run.',
    });
    cloud.model.faults = { 'cloudwatch:GetMetricData': 'denied' };
    expect(await askCloudOf(disk, spec)).toEqual({
      skipped: 'our role may not call cloudwatch:GetMetricData',
      fix: 'Allow cloudwatch:GetMetricData on * to the role of run.',
    });
  });

  it('is unreliable when AWS throttles, and skipped when it does not know the name', async () => {
    cloud.model.faults = { 'cloudwatch:GetMetricData': 'throttled' };
    expect(await askCloudOf(disk, spec)).toEqual({ unreliable: 'AWS did not answer: Throttling: Rate exceeded' });
    cloud.becomes(healthyRds('another-db'));
    expect(await askCloudOf(disk, spec)).toMatchObject({
      skipped: 'RDS knows no instance shop-db-1',
      fix: expect.stringContaining('targets.shop-db.members.shop-db-1.identifier'),
    });
  });

  it('asks for all metrics of all members at once', async () => {
    publish(cloud.model, 'FreeStorageSpace', 5 * GIB);
    cloud.endpoint.asked.length = 0;
    expect(judgedMachine(disk, await cloudSampleOf(disk, spec))).toHaveLength(0);
    expect(cloud.endpoint.asked.toSorted()).toEqual(['cloudwatch:GetMetricData', 'rds:DescribeDBInstances']);
  });
});
