import {
  emptyCloud,
  type CloudModel,
  type PublishedLoad,
  type PublishedMetric,
} from '../../../../src/local/aws/cloud/model.ts';

const GIB = 1024 ** 3;
const ARN = 'arn:aws:rds:eu-central-1:123456789012';

/** An instance of RDS with nothing to complain about: 100 GiB of gp3 that may grow to 200, and half of it free. */
export function healthyRds(...identifiers: readonly string[]): CloudModel {
  const names = identifiers.length > 0 ? identifiers : ['shop-db-1'];
  const model = emptyCloud();
  return {
    ...model,
    instances: names.map((DBInstanceIdentifier) => ({
      DBInstanceIdentifier,
      DBInstanceArn: `${ARN}:db:${DBInstanceIdentifier}`,
      DbiResourceId: resourceOf(DBInstanceIdentifier),
      PerformanceInsightsEnabled: true,
      DBInstanceClass: 'db.m6g.large',
      DBInstanceStatus: 'available',
      Engine: 'postgres',
      EngineVersion: '18.4',
      AllocatedStorage: 100,
      MaxAllocatedStorage: 200,
      StorageType: 'gp3',
      StorageEncrypted: true,
      MultiAZ: true,
      PubliclyAccessible: false,
      DeletionProtection: true,
      AutoMinorVersionUpgrade: true,
      BackupRetentionPeriod: 14,
      PreferredBackupWindow: '03:00-03:30',
      PreferredMaintenanceWindow: 'sun:04:00-sun:04:30',
      CACertificateIdentifier: 'rds-ca-rsa2048-g1',
      CertificateDetails: { CAIdentifier: 'rds-ca-rsa2048-g1', ValidTill: new Date('2027-11-01T00:00:00Z') },
    })),
    engineVersions: [
      { Engine: 'postgres', EngineVersion: '18.4', MajorEngineVersion: '18', ValidUpgradeTarget: [] },
      {
        Engine: 'postgres',
        EngineVersion: '18.2',
        MajorEngineVersion: '18',
        ValidUpgradeTarget: [
          { Engine: 'postgres', EngineVersion: '18.3', IsMajorVersionUpgrade: false, AutoUpgrade: false },
          { Engine: 'postgres', EngineVersion: '18.4', IsMajorVersionUpgrade: false, AutoUpgrade: true },
        ],
      },
    ],
    certificates: [{ CertificateIdentifier: 'rds-ca-rsa2048-g1', ValidTill: new Date('2061-05-22T00:00:00Z') }],
    metrics: names.flatMap(rdsMetrics),
    loads: names.flatMap((name) => [
      waiting(name, 'CPU', 0.5),
      waiting(name, 'IO:DataFileRead', 0.3),
      running(name, STATEMENT, 0.4),
    ]),
  };
}

const STATEMENT = 'SELECT * FROM orders WHERE id = ?';

export function resourceOf(identifier: string): string {
  return `db-${identifier.toUpperCase()}`;
}

/** Sessions of an instance that wait, as Performance Insights has them: `Lock:tuple` is of the type Lock. */
export function waiting(instance: string, wait: string, sessions: PublishedLoad['sessions']): PublishedLoad {
  const [type = wait] = wait.split(':');
  const dimensions = { 'db.wait_event.name': wait.split(':').at(-1) ?? wait, 'db.wait_event.type': type };
  return { resource: resourceOf(instance), group: 'db.wait_event', dimensions, sessions };
}

/** Sessions of an instance that run a statement. */
export function running(instance: string, statement: string, sessions: PublishedLoad['sessions']): PublishedLoad {
  const dimensions = { 'db.sql_tokenized.id': 'A1', 'db.sql_tokenized.statement': statement };
  return { resource: resourceOf(instance), group: 'db.sql_tokenized', dimensions, sessions };
}

/** What RDS publishes of a healthy db.m6g.large (8 GiB). */
export function rdsMetrics(instance: string): PublishedMetric[] {
  const values: Record<string, number> = {
    CPUUtilization: 20,
    FreeableMemory: 4 * GIB,
    SwapUsage: 0,
    FreeStorageSpace: 50 * GIB,
    ReadIOPS: 100,
    WriteIOPS: 200,
    ReadLatency: 0.001,
    WriteLatency: 0.002,
    DiskQueueDepth: 0.2,
    DatabaseConnections: 40,
    'EBSIOBalance%': 99,
    'EBSByteBalance%': 99,
  };
  return Object.entries(values).map(([name, value]) => ({
    namespace: 'AWS/RDS',
    name,
    dimensions: { DBInstanceIdentifier: instance },
    everySeconds: name.startsWith('EBS') ? 300 : 60,
    value,
  }));
}

/** Puts another value in the place of a metric, of every instance. */
export function publish(model: CloudModel, name: string, value: PublishedMetric['value']): void {
  model.metrics = model.metrics.map((metric) => (metric.name === name ? { ...metric, value } : metric));
}

export { GIB };
