import { RDSClient } from '@aws-sdk/client-rds';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import { orderOnce, type Order, type OrderAnswer } from '../../order-once.ts';
import type { RefusalWords } from '../../order-refusal.ts';

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RebootDBInstance.html and FailoverDBCluster. */
export const RDS_WORDS: RefusalWords = [
  [/^InvalidDBInstanceState/, (name) => `AWS says that ${name} is not available any more`],
  [/^InvalidDBClusterState/, (name) => `AWS says that ${name} is not in a state in which it can fail over`],
  [/^DBInstanceNotFound/, (name) => `AWS knows no instance ${name}`],
  [/^DBClusterNotFound/, (name) => `AWS knows no cluster ${name}`],
  [/^InvalidParameterCombination/, (name) => `AWS says that ${name} has no standby to fail over to`],
  [/^InvalidParameterValue|^ValidationError/, (name) => `AWS does not take the order for ${name}`],
  [
    /^KMSKeyNotAccessible/,
    (name) => `AWS cannot reach the key that ${name} is encrypted with, so that it would not start again`,
  ],
];

/** One order is all that a failover takes: it is given only where the step is carried out, never where one asks what became of it. */
export function orderRds(
  settings: CloudClient,
  access: CloudAccess,
  order: Pick<Order<RDSClient>, 'name' | 'right' | 'send'>,
): Promise<OrderAnswer> {
  const client = (made: ConstructorParameters<typeof RDSClient>[0] & object) => new RDSClient(made);
  return orderOnce(settings, access, { ...order, runId: access.actingFor, client, words: RDS_WORDS });
}
