import type { DBInstance, PromoteReadReplicaMessage } from '@aws-sdk/client-rds';
import { CloudRefusal } from '../../refusal.ts';
import type { Change, Steps, Truth } from '../change.ts';
import { instanceOf, mustBeAvailable } from './find.ts';
import { instanceNotice } from './notices.ts';

/**
 * PromoteReadReplica: available → modifying → rebooting → backing-up → available, without a source from the reboot on.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html
 */
export function promoteReplica(truth: Truth, input: PromoteReadReplicaMessage): Change {
  const instance = instanceOf(truth, input.DBInstanceIdentifier);
  const { DBInstanceIdentifier: resource = '', ReadReplicaSourceDBInstanceIdentifier: source } = instance;
  mustBeAvailable(instance);
  if (source === undefined)
    throw new CloudRefusal('InvalidDBInstanceState', `Instance ${resource} is no read replica.`);
  // The default of the call is one day, whatever the replica has had.
  const BackupRetentionPeriod = input.BackupRetentionPeriod ?? 1;
  return {
    instances: [{ ...instance, DBInstanceStatus: 'modifying', PendingModifiedValues: { BackupRetentionPeriod } }],
    due: [{ after: 'promotionBegins', step: { name: 'replica-reboots', resource } }],
  };
}

export const promoteSteps: Steps = {
  'replica-reboots': (truth, { resource }) =>
    truth.trouble.strikes('promotion-fails', resource) ? fail(truth, resource) : restart(truth, resource),
  'replica-stays': (truth, { resource }) => ({
    instances: [{ ...withoutPending(instanceOf(truth, resource)), DBInstanceStatus: 'available' }],
  }),
  'replica-promoted': (truth, { resource }) => {
    const replica = instanceOf(truth, resource);
    const days = replica.PendingModifiedValues?.BackupRetentionPeriod ?? 0;
    const { ReadReplicaSourceDBInstanceIdentifier: source, ...rest } = withoutPending(replica);
    const promoted = { ...rest, BackupRetentionPeriod: days, DBInstanceStatus: days > 0 ? 'backing-up' : 'available' };
    const restarted = instanceNotice(resource, 'restarted');
    return {
      instances: [promoted, ...truth.instances.filter(named(source)).map((one) => without(one, resource))],
      notices: days > 0 ? [restarted, instanceNotice(resource, 'backupBegins')] : [restarted],
      due: days > 0 ? [{ after: 'backsUp', step: { name: 'instance-backed-up', resource } }] : [],
    };
  },
  'instance-backed-up': (truth, { resource }) => ({
    instances: [{ ...instanceOf(truth, resource), DBInstanceStatus: 'available' }],
    notices: [instanceNotice(resource, 'backupEnds')],
  }),
};

function restart(truth: Truth, resource: string): Change {
  return {
    instances: [{ ...instanceOf(truth, resource), DBInstanceStatus: 'rebooting' }],
    move: { resource, to: resource, otherwise: { name: 'replica-stays', resource } },
    due: [{ after: 'promotionReboots', step: { name: 'replica-promoted', resource } }],
  };
}

function fail(truth: Truth, resource: string): Change {
  return {
    instances: [{ ...instanceOf(truth, resource), DBInstanceStatus: 'failed' }],
    notices: [instanceNotice(resource, 'failed')],
  };
}

function named(name: string | undefined) {
  return ({ DBInstanceIdentifier: id }: DBInstance) => id === name;
}

function withoutPending(instance: DBInstance): DBInstance {
  return { ...instance, PendingModifiedValues: undefined };
}

/** The source without a replica. */
function without(source: DBInstance, replica: string): DBInstance {
  const left = source.ReadReplicaDBInstanceIdentifiers?.filter((id) => id !== replica) ?? [];
  return { ...source, ReadReplicaDBInstanceIdentifiers: left };
}
