import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hosting } from '../../../src/checks/postgres/hosting.ts';
import type { CloudModel } from '../../../src/local/aws/cloud/model.ts';
import { healthyRds } from '../../local/aws/cloud/orders.ts';
import { askCloudOf, cloudSampleOf, hostedSpec, startTestCloud, type TestCloud } from '../in-the-cloud.ts';
import { judgedControl } from '../looking.ts';

const spec = hostedSpec('postgres', 'rds', 'shop-db-1');
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.stop());
beforeEach(() => cloud.becomes(healthyRds('shop-db-1')));

/** What is found once the instance is changed. */
async function found(change: Partial<CloudModel['instances'][number]>) {
  cloud.model.instances = cloud.model.instances.map((one) => ({ ...one, ...change }));
  return judgedControl(hosting, await cloudSampleOf(hosting, spec));
}

describe('hosting of PostgreSQL', () => {
  it('has nothing to say of an instance that is set up well', async () => {
    expect(await found({})).toEqual([]);
  });

  it('names forced maintenance with its date, and warns a week before', async () => {
    const pend = (ForcedApplyDate: Date) => {
      const action = { Action: 'system-update', Description: 'New Operating System update', ForcedApplyDate };
      const ResourceIdentifier = cloud.model.instances[0]?.DBInstanceArn ?? '';
      cloud.model.maintenance = [{ ResourceIdentifier, PendingMaintenanceActionDetails: [action] }];
    };
    pend(new Date('2026-12-01T04:00:00Z'));
    expect(await found({})).toMatchObject([
      {
        key: 'postgres.hosting:shop-db-1:maintenance',
        severity: 'warning',
        sentence:
          'Maintenance waits for shop-db-1 on 2026-12-01 (in 3 d), whether it suits or not: New Operating System update (warning from 7 d before).',
      },
    ]);
    pend(new Date('2027-03-01T04:00:00Z'));
    expect(await found({})).toMatchObject([{ severity: 'info' }]);
  });

  it('warns before the certificate or its authority ends, and is critical two weeks before', async () => {
    const until = (ValidTill: string) => ({
      CertificateDetails: { CAIdentifier: 'rds-ca-rsa2048-g1', ValidTill: new Date(ValidTill) },
    });
    expect(await found(until('2027-01-20T00:00:00Z'))).toMatchObject([
      { key: 'postgres.hosting:shop-db-1:certificate', severity: 'warning', measure: { value: 52, limit: 60 } },
    ]);
    expect(await found(until('2026-12-05T02:00:00Z'))).toMatchObject([{ severity: 'critical', measure: { value: 7 } }]);
    cloud.model.certificates = [
      { CertificateIdentifier: 'rds-ca-rsa2048-g1', ValidTill: new Date('2026-12-01T00:00:00Z') },
    ];
    const [finding] = await found(until('2027-11-01T00:00:00Z'));
    expect(finding?.sentence).toContain('ends on 2026-12-01');
  });

  it('warns without backups and with a public address, but not of a replica without backups of its own', async () => {
    const bare = await found({ BackupRetentionPeriod: 0, PubliclyAccessible: true });
    expect(bare.map(({ key, severity }) => [key, severity])).toEqual([
      ['postgres.hosting:shop-db-1:backups', 'warning'],
      ['postgres.hosting:shop-db-1:public', 'warning'],
    ]);
    const replica = { ReadReplicaSourceDBInstanceIdentifier: 'orders', BackupRetentionPeriod: 0, MultiAZ: false };
    expect(await found({ ...replica, PubliclyAccessible: false, DeletionProtection: false })).toEqual([]);
  });

  it('puts advice into one line', async () => {
    const [finding, ...more] = await found({
      EngineVersion: '18.2',
      StorageEncrypted: false,
      DeletionProtection: false,
      MultiAZ: false,
    });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      severity: 'info',
      sentence:
        'shop-db-1 could be set up better: its storage is not encrypted; it can be deleted by mistake; it has no standby in another zone; it runs 18.2 although 18.4 is out.',
    });
  });

  it('names a state that is not available', async () => {
    expect(await found({ DBInstanceStatus: 'storage-full' })).toMatchObject([{ severity: 'critical' }]);
    expect(await found({ DBInstanceStatus: 'modifying' })).toMatchObject([{ severity: 'warning' }]);
  });

  it('is skipped with the one right that is missing', async () => {
    cloud.model.faults = { 'rds:DescribeCertificates': 'denied' };
    expect(await askCloudOf(hosting, spec)).toEqual({
      skipped: 'our role may not call rds:DescribeCertificates',
      fix: 'Allow rds:DescribeCertificates on * to the role of run.',
    });
  });

  it('of Aurora takes backups, encryption, zones and protection from the cluster', async () => {
    const aurora = hostedSpec('postgres', 'aurora', 'shop-db-1');
    const cluster = { DBClusterIdentifier: 'shop', BackupRetentionPeriod: 7, StorageEncrypted: true, MultiAZ: true };
    cloud.model.clusters = [{ ...cluster, DeletionProtection: true, PreferredBackupWindow: '02:00-02:30' }];
    cloud.model.instances = cloud.model.instances.map((one) => ({
      ...one,
      DBClusterIdentifier: 'shop',
      BackupRetentionPeriod: 1,
      DeletionProtection: false,
      StorageEncrypted: false,
    }));
    expect(judgedControl(hosting, await cloudSampleOf(hosting, aurora))).toEqual([]);
    cloud.model.clusters = [{ ...cluster, DeletionProtection: false }];
    expect(judgedControl(hosting, await cloudSampleOf(hosting, aurora))).toMatchObject([
      { sentence: 'shop-db-1 could be set up better: it can be deleted by mistake.' },
    ]);
  });
});
