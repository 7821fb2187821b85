import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import type { PostgresLogs } from '../../targets/logs.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import { UnknownIdentifier } from '../ask-cloud.ts';
import type { CloudAccess } from '../cloud-access.ts';
import { keptLogs } from '../rds/logs.ts';

/**
 * The logs of the instances of a cluster, which CloudWatch has in one group.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.CloudWatch.html
 */
export function openLogs(spec: TargetSpec, access: CloudAccess): PostgresLogs {
  return keptLogs(spec, access, async (client, DBInstanceIdentifier) => {
    const { DBInstances: [instance] = [] } = await client.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier }),
    );
    const cluster = instance?.DBClusterIdentifier;
    if (cluster === undefined) throw new UnknownIdentifier(`${DBInstanceIdentifier} is in no cluster`);
    return { name: `/aws/rds/cluster/${cluster}/postgresql`, instance: DBInstanceIdentifier };
  });
}
