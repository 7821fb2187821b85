import { DescribeDBInstancesCommand, RDSClient, type DBInstance } from '@aws-sdk/client-rds';
import type { Answer, Question } from '../../core/question.ts';
import type { MemberSpec, TargetSpec } from '../../targets/spec.ts';
import { askAws } from '../aws-refusal.ts';
import { identifierOf } from './identifier.ts';
import { usesTokens, type HostAccess } from '../set-up.ts';

type Aspect = { id: string; title: string; judge(seen: DBInstance, name: string, spec: TargetSpec): Answer };

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html */
const aspects: readonly Aspect[] = [
  {
    id: 'host',
    title: 'is available',
    judge: ({ DBInstanceStatus, EngineVersion, StorageEncrypted }, name) =>
      DBInstanceStatus === 'available'
        ? { ok: `PostgreSQL ${EngineVersion}${StorageEncrypted ? ', encrypted' : ', not encrypted'}` }
        : {
            problem: `${name} is ${DBInstanceStatus}`,
            fix: `aws rds describe-events --source-type db-instance --source-identifier ${name}`,
          },
  },
  {
    id: 'backups',
    title: 'is backed up by RDS',
    judge: ({ BackupRetentionPeriod = 0 }, name) =>
      BackupRetentionPeriod > 0
        ? { ok: `${BackupRetentionPeriod} d` }
        : { problem: `${name} has no automated backups`, fix: modify(name, '--backup-retention-period 7') },
  },
  {
    id: 'protection',
    title: 'cannot be deleted by mistake, and is not public',
    judge: ({ DeletionProtection, PubliclyAccessible }, name) => {
      if (PubliclyAccessible)
        return { problem: `${name} is publicly accessible`, fix: modify(name, '--no-publicly-accessible') };
      if (!DeletionProtection)
        return { problem: `deletion protection of ${name} is off`, fix: modify(name, '--deletion-protection') };
      return { ok: 'protected, private' };
    },
  },
];

const tokens: Aspect = {
  id: 'iam',
  title: 'takes signed logins',
  judge: ({ IAMDatabaseAuthenticationEnabled }, name) =>
    IAMDatabaseAuthenticationEnabled
      ? { ok: 'IAM database authentication is on' }
      : {
          problem: `the config signs in with iam tokens, and IAM database authentication of ${name} is off`,
          fix: modify(name, '--enable-iam-database-authentication'),
        },
};

export function modify(name: string, option: string): string {
  return `aws rds modify-db-instance --db-instance-identifier ${name} ${option} --apply-immediately`;
}

/** What RDS knows of each member. */
export function setUpQuestions(spec: TargetSpec, access: HostAccess): Question[] {
  return spec.members.flatMap((member) => instanceQuestions(spec, member, access, aspects));
}

/** `only` narrows what is asked: a cluster keeps backups and protection for its instances. */
export function instanceQuestions(
  spec: TargetSpec,
  member: MemberSpec,
  access: HostAccess,
  only: readonly Aspect[] = aspects,
): Question[] {
  const name = identifierOf(member);
  let described: Promise<DBInstance> | undefined;
  const asked = [...only, ...(usesTokens(spec) && only === aspects ? [tokens] : [])];
  return asked.map((aspect) => ({
    id: `target.${spec.name}.${member.name}.${aspect.id}`,
    title: `${member.name} ${aspect.title}`,
    ask: () =>
      askAws(
        'rds:DescribeDBInstances',
        () => (described ??= describe(spec, name, access)),
        (seen) => aspect.judge(seen, name, spec),
        {
          problem: `RDS knows no instance ${name} in ${spec.region ?? access.client.region}`,
          fix: `Set targets.${spec.name}.members.${member.name}.identifier to its DB instance identifier, and targets.${spec.name}.region.`,
        },
      ),
  }));
}

async function describe(spec: TargetSpec, DBInstanceIdentifier: string, access: HostAccess): Promise<DBInstance> {
  const client = new RDSClient({ ...access.client, region: spec.region ?? access.client.region });
  try {
    const { DBInstances: [instance] = [] } = await client.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier }),
    );
    return instance ?? {};
  } finally {
    client.destroy();
  }
}
