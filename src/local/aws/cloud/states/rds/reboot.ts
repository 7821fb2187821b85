import type { DBInstance, RebootDBInstanceMessage } from '@aws-sdk/client-rds';
import { CloudRefusal } from '../../refusal.ts';
import type { Change, Steps, Truth } from '../change.ts';
import { recently } from '../event.ts';
import { instanceOf, mustBeAvailable } from './find.ts';
import { instanceNotice } from './notices.ts';

/**
 * RDS names no number; the guide only says that a failover "recently" occurred.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
 */
const RECENT_MS = 10 * 60_000;

/**
 * RebootDBInstance: available → rebooting → available, with or without a failover to the standby.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RebootDBInstance.html
 */
export function reboot(truth: Truth, { DBInstanceIdentifier: id, ForceFailover }: RebootDBInstanceMessage): Change {
  const instance = instanceOf(truth, id);
  mustBeAvailable(instance);
  if (ForceFailover && !instance.MultiAZ)
    throw new CloudRefusal('InvalidParameterCombination', `Instance ${id} has no standby: it is not Multi-AZ.`);
  const resource = instance.DBInstanceIdentifier ?? '';
  const name = ForceFailover ? 'instance-failover-begins' : 'instance-shuts-down';
  return {
    instances: [{ ...instance, DBInstanceStatus: 'rebooting' }],
    due: [{ after: ForceFailover ? 'failoverBegins' : 'shutdown', step: { name, resource } }],
  };
}

export const rebootSteps: Steps = {
  'instance-shuts-down': (truth, { resource }) => ({
    notices: [instanceNotice(resource, 'shutdown')],
    move: { resource, to: instanceOf(truth, resource).AvailabilityZone ?? '' },
    due: [{ after: 'restart', step: { name: 'instance-restarts', resource } }],
  }),
  'instance-restarts': (truth, { resource }) => ({
    instances: [available(instanceOf(truth, resource))],
    notices: [instanceNotice(resource, 'restarted')],
  }),
  'instance-failover-begins': (truth, { resource }) =>
    isTooSoon(truth, resource) ? abandon(truth, resource) : begin(truth, resource),
  'instance-taken-over': (_, { resource }) => ({
    notices: [instanceNotice(resource, 'restarted')],
    due: [{ after: 'failoverEnds', step: { name: 'instance-failover-ends', resource } }],
  }),
  'instance-failover-ends': (truth, { resource }) => {
    const instance = instanceOf(truth, resource);
    const { AvailabilityZone, SecondaryAvailabilityZone } = instance;
    const zones = { AvailabilityZone: SecondaryAvailabilityZone, SecondaryAvailabilityZone: AvailabilityZone };
    return {
      instances: [available({ ...instance, ...zones })],
      notices: [instanceNotice(resource, 'failoverEnds')],
    };
  },
  'instance-failover-fails': (truth, { resource }) => ({ instances: [available(instanceOf(truth, resource))] }),
};

function begin(truth: Truth, resource: string): Change {
  const to = instanceOf(truth, resource).SecondaryAvailabilityZone ?? '';
  return {
    notices: [instanceNotice(resource, 'failoverBegins')],
    move: { resource, to, otherwise: { name: 'instance-failover-fails', resource } },
    due: [{ after: 'standbyTakesOver', step: { name: 'instance-taken-over', resource } }],
  };
}

/** Whether RDS then restarts the instance where it is, no source says; here it does not. */
function abandon(truth: Truth, resource: string): Change {
  return {
    instances: [available(instanceOf(truth, resource))],
    notices: [instanceNotice(resource, 'abandoned')],
  };
}

function isTooSoon({ events, nowMs, trouble }: Truth, resource: string): boolean {
  const ended = instanceNotice(resource, 'failoverEnds');
  const before = recently(events, ({ id, source }) => id === ended.id && source === resource, {
    nowMs,
    withinMs: RECENT_MS,
  });
  return before.length > 0 || trouble.strikes('abandoned', resource);
}

function available(instance: DBInstance): DBInstance {
  return { ...instance, DBInstanceStatus: 'available' };
}
