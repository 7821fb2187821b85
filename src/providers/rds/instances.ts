import { DescribeDBInstancesCommand, type DBInstance, type RDSClient } from '@aws-sdk/client-rds';
import type { PostgresHosting } from '../../targets/cloud.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import { UnknownIdentifier } from '../ask-cloud.ts';
import type { Measurable } from '../cloud-metrics.ts';
import { identifierOf } from './identifier.ts';
import { machineMemory } from './machine-memory.ts';

const GIB = 1024 ** 3;

export const INSTANCES_RIGHT = { action: 'rds:DescribeDBInstances', resource: 'db:*' } as const;

/** A member of the config with what RDS says of it. */
export type Described = { member: string; identifier: string; instance: DBInstance };

/** The members under the names that RDS has for them. */
export function measurablesOf(spec: TargetSpec): Measurable[] {
  return spec.members.map((member) => ({ member: member.name, identifier: identifierOf(member) }));
}

/** All members of a target in one call. Throws UnknownIdentifier where RDS does not know one of them. */
export async function describeInstances(client: RDSClient, spec: TargetSpec): Promise<Described[]> {
  const wanted = measurablesOf(spec);
  const Filters = [{ Name: 'db-instance-id', Values: wanted.map(({ identifier }) => identifier) }];
  const { DBInstances = [] } = await client.send(new DescribeDBInstancesCommand({ Filters }));
  return wanted.map(({ member, identifier }) => {
    const instance = DBInstances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === identifier);
    if (!instance) throw new UnknownIdentifier(`RDS knows no instance ${identifier}`);
    return { member, identifier, instance };
  });
}

/** Pure: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html */
export function hostingOf({ member, identifier, instance }: Described): PostgresHosting {
  const { DBInstanceStatus: status = 'unknown', EngineVersion: version = '', DBInstanceClass = '' } = instance;
  return {
    member,
    identifier,
    status,
    version,
    memoryBytes: machineMemory(DBInstanceClass),
    disk: diskOf(instance),
    multiZone: instance.MultiAZ === true,
    publicAddress: instance.PubliclyAccessible === true,
    encrypted: instance.StorageEncrypted === true,
    deletionProtected: instance.DeletionProtection === true,
    ...backupsOf(instance),
    maintenanceWindow: instance.PreferredMaintenanceWindow ?? null,
    replica: instance.ReadReplicaSourceDBInstanceIdentifier !== undefined,
    authority: instance.CACertificateIdentifier ?? null,
    certificateUntil: instance.CertificateDetails?.ValidTill?.toISOString() ?? null,
  };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html: sizes are in GiB. */
function diskOf({ AllocatedStorage: size, MaxAllocatedStorage: most, StorageType: kind = '' }: DBInstance) {
  if (size === undefined) return null;
  return { sizeBytes: size * GIB, growsToBytes: most !== undefined && most > size ? most * GIB : null, kind };
}

/** Pure: what an instance or a cluster says of its automated backups. */
export function backupsOf({
  BackupRetentionPeriod: backupDays = 0,
  PreferredBackupWindow: window,
}: Pick<DBInstance, 'BackupRetentionPeriod' | 'PreferredBackupWindow'>): {
  backupDays: number;
  backupWindow: string | null;
} {
  return { backupDays, backupWindow: backupDays > 0 && window !== undefined ? window : null };
}
