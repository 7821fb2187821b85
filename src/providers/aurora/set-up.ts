import { DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient, type DBCluster } from '@aws-sdk/client-rds';
import type { Answer, Question } from '../../core/question.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import { askAws } from '../aws-refusal.ts';
import { identifierOf } from '../rds/identifier.ts';
import { usesTokens, type HostAccess } from '../set-up.ts';

/** What Aurora knows of the cluster that the first member belongs to: backups, protection and logins are the cluster's. */
export function setUpQuestions(spec: TargetSpec, access: HostAccess): Question[] {
  let described: Promise<DBCluster> | undefined;
  const [first] = spec.members;
  const instance = first ? identifierOf(first) : spec.name;
  const question = (id: string, title: string, judge: (cluster: DBCluster, name: string) => Answer): Question => ({
    id: `target.${spec.name}.${id}`,
    title: `${spec.name} ${title}`,
    ask: () =>
      askAws(
        'rds:DescribeDBClusters and rds:DescribeDBInstances',
        () => (described ??= describe(spec, instance, access)),
        (cluster) => judge(cluster, cluster.DBClusterIdentifier ?? spec.name),
        {
          problem: `Aurora knows no instance ${instance} in ${spec.region ?? access.client.region}`,
          fix: `Set the identifier of each member of targets.${spec.name} to its DB instance identifier, and targets.${spec.name}.region.`,
        },
      ),
  });
  return [
    question('host', 'is available', clusterAnswer),
    question('protection', 'cannot be deleted by mistake', ({ DeletionProtection }, name) =>
      DeletionProtection
        ? { ok: 'protected' }
        : { problem: `deletion protection of ${name} is off`, fix: modify(name, '--deletion-protection') },
    ),
    ...(usesTokens(spec) ? [question('iam', 'takes signed logins', tokenAnswer)] : []),
  ];
}

function clusterAnswer({ Status, EngineVersion, BackupRetentionPeriod = 0 }: DBCluster, name: string): Answer {
  if (Status === 'available') return { ok: `PostgreSQL ${EngineVersion}, backups for ${BackupRetentionPeriod} d` };
  const fix = `aws rds describe-events --source-type db-cluster --source-identifier ${name}`;
  return { problem: `${name} is ${Status}`, fix };
}

function tokenAnswer({ IAMDatabaseAuthenticationEnabled }: DBCluster, name: string): Answer {
  if (IAMDatabaseAuthenticationEnabled) return { ok: 'IAM database authentication is on' };
  return {
    problem: `the config signs in with iam tokens, and IAM database authentication of ${name} is off`,
    fix: modify(name, '--enable-iam-database-authentication'),
  };
}

function modify(name: string, option: string): string {
  return `aws rds modify-db-cluster --db-cluster-identifier ${name} ${option} --apply-immediately`;
}

async function describe(spec: TargetSpec, DBInstanceIdentifier: string, access: HostAccess): Promise<DBCluster> {
  const client = new RDSClient({ ...access.client, region: spec.region ?? access.client.region });
  try {
    const { DBInstances: [instance] = [] } = await client.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier }),
    );
    const { DBClusterIdentifier } = instance ?? {};
    const { DBClusters: [cluster] = [] } = await client.send(new DescribeDBClustersCommand({ DBClusterIdentifier }));
    return cluster ?? {};
  } finally {
    client.destroy();
  }
}
