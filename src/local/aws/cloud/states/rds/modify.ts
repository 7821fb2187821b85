import type { DBInstance, ModifyDBInstanceMessage, PendingModifiedValues } from '@aws-sdk/client-rds';
import { CloudRefusal } from '../../refusal.ts';
import type { Change, Due, Steps, Truth } from '../change.ts';
import { instanceOf, mustBeAvailable } from './find.ts';
import { instanceNotice } from './notices.ts';

/** What waits for the maintenance window, unless it is to be applied now. */
const MAY_WAIT = [
  'DBInstanceClass',
  'AllocatedStorage',
  'MultiAZ',
  'EngineVersion',
  'BackupRetentionPeriod',
  'StorageType',
  'Iops',
] as const satisfies readonly (keyof ModifyDBInstanceMessage & keyof PendingModifiedValues)[];

/**
 * ModifyDBInstance: security groups change as soon as possible; everything else waits in PendingModifiedValues, or available → modifying →
 * available. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
 */
export function modify(truth: Truth, input: ModifyDBInstanceMessage): Change {
  const instance = instanceOf(truth, input.DBInstanceIdentifier);
  const { DBInstanceIdentifier: resource = '' } = instance;
  mustBeAvailable(instance);
  refuseOthers(input);
  const pending = { ...instance.PendingModifiedValues, ...wanted(input) };
  const hasPending = Object.keys(pending).length > 0;
  const isNow = input.ApplyImmediately === true && hasPending;
  const groups = input.VpcSecurityGroupIds;
  const due: Due[] = [];
  if (isNow) due.push({ after: 'modifies', step: { name: 'instance-modified', resource } });
  if (groups) due.push({ after: 'securityGroupsChange', step: { name: 'security-groups-changed', resource } });
  return {
    instances: [
      {
        ...instance,
        ...(hasPending ? { PendingModifiedValues: pending } : {}),
        ...(isNow ? { DBInstanceStatus: 'modifying' } : {}),
        ...(groups ? { VpcSecurityGroups: changing(instance, groups) } : {}),
      },
    ],
    notices: isNow ? noticesOf(resource, pending, 'Begins') : [],
    due,
  };
}

export const modifySteps: Steps = {
  'instance-modified': (truth, { resource }) => {
    const { PendingModifiedValues: pending = {}, ...rest } = instanceOf(truth, resource);
    const values = Object.fromEntries(MAY_WAIT.flatMap((name) => (name in pending ? [[name, pending[name]]] : [])));
    return {
      instances: [{ ...rest, ...values, DBInstanceStatus: 'available' }],
      notices: noticesOf(resource, pending, 'Ends'),
    };
  },
  'security-groups-changed': (truth, { resource }) => {
    const instance = instanceOf(truth, resource);
    const left = instance.VpcSecurityGroups?.filter(({ Status }) => Status !== 'removing') ?? [];
    return { instances: [{ ...instance, VpcSecurityGroups: left.map((one) => ({ ...one, Status: 'active' })) }] };
  },
};

function wanted(input: ModifyDBInstanceMessage): PendingModifiedValues {
  return Object.fromEntries(MAY_WAIT.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])));
}

/** What the stand-in would forget, it does not take. */
function refuseOthers(input: ModifyDBInstanceMessage): void {
  const known = ['DBInstanceIdentifier', 'ApplyImmediately', 'VpcSecurityGroupIds', ...MAY_WAIT];
  const other = Object.keys(input).find((name) => !known.includes(name));
  if (other) throw new CloudRefusal('InvalidParameterValue', `The stand-in does not modify ${other}.`);
}

function changing({ VpcSecurityGroups: present = [] }: DBInstance, wantedIds: readonly string[]) {
  const idOf = ({ VpcSecurityGroupId: id = '' }: { VpcSecurityGroupId?: string | undefined }) => id;
  const kept = present.map((one) => (wantedIds.includes(idOf(one)) ? one : { ...one, Status: 'removing' }));
  const added = wantedIds.filter((id) => !present.some((one) => idOf(one) === id));
  return [...kept, ...added.map((id) => ({ VpcSecurityGroupId: id, Status: 'adding' }))];
}

function noticesOf(resource: string, { DBInstanceClass, MultiAZ }: PendingModifiedValues, end: 'Begins' | 'Ends') {
  const ofZones = MultiAZ ? (`multiZone${end}` as const) : (`singleZone${end}` as const);
  return [
    ...(DBInstanceClass === undefined ? [] : [instanceNotice(resource, `class${end}`)]),
    ...(MultiAZ === undefined ? [] : [instanceNotice(resource, ofZones)]),
  ];
}
