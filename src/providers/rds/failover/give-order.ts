import { ModifyDBInstanceCommand, PromoteReadReplicaCommand, RDSClient } from '@aws-sdk/client-rds';
import { Fault } from '../../../core/errors.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import { orderOnce, type Order } from '../../order-once.ts';
import type { PromotionAnswer } from './carry-on.ts';
import type { OrderName, PromotionJournal } from './promotion-journal.ts';
import { PROMOTION_WORDS } from './words.ts';

/** What is ordered of an instance, and under which right. */
type Given = Pick<Order<RDSClient>, 'name' | 'right' | 'send'>;
export type Arns = { readonly [identifier: string]: string };

/** Gives one order, in the name of the run that was approved, also where it is settled. */
export async function giveOrder(settings: CloudClient, access: CloudAccess, given: Given): Promise<PromotionAnswer> {
  try {
    return await orderOnce(settings, access, {
      ...given,
      runId: access.actingFor ?? access.settlingFor,
      client: (made) => new RDSClient(made),
      words: PROMOTION_WORDS,
    });
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'timed_out') return { open: thrown.message };
    throw thrown;
  }
}

/** Pure: what AWS is asked for. Security groups are the whole list that the instance is in. */
export function orderOf(order: OrderName, journal: PromotionJournal, arns: Arns): Given {
  if (order === 'promote') {
    const { to: name, backupDays: BackupRetentionPeriod } = journal;
    const command = new PromoteReadReplicaCommand({ DBInstanceIdentifier: name, BackupRetentionPeriod });
    return { name, right: rightTo('rds:PromoteReadReplica', arns[name]), send: (client) => client.send(command) };
  }
  const { from: name, quarantine, groups } = journal;
  const command = new ModifyDBInstanceCommand({
    DBInstanceIdentifier: name,
    VpcSecurityGroupIds: order === 'quarantine' ? [quarantine ?? ''] : [...groups],
    ApplyImmediately: true,
  });
  return { name, right: rightTo('rds:ModifyDBInstance', arns[name]), send: (client) => client.send(command) };
}

function rightTo(action: string, arn: string | undefined) {
  return { action, resources: [arn ?? ''] };
}
