import type { DBInstance } from '@aws-sdk/client-rds';
import { durationText } from '../../../checks/wording.ts';
import type { Precheck } from '../../../targets/switchover.ts';
import { sharedPrechecks, stops, type Asked } from './shared-prechecks.ts';

/** RDS uploads the log of writes every five minutes: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html */
const RESTORABLE_SECONDS_MOST = 600;

/** Pure: what has to be so before a Multi-AZ instance fails over, and what a person should know. */
export function instancePrechecks(
  instance: DBInstance,
  { pending, events }: Pick<Asked, 'pending' | 'events'>,
  nowMs: number,
): Precheck[] {
  const { DBInstanceIdentifier: name = '', DBInstanceArn: arn = '', DBInstanceStatus: status = 'unknown' } = instance;
  const asked = { name, arn, status, tags: instance.TagList, pending, windows: instance, events };
  return [
    standby(name, instance),
    ...sharedPrechecks(asked, nowMs),
    waitingChanges(name, instance.PendingModifiedValues ?? {}),
    parameters(name, instance),
    restorable(name, instance, nowMs),
  ];
}

function standby(name: string, { MultiAZ, SecondaryAvailabilityZone: zone }: DBInstance): Precheck {
  if (MultiAZ !== true) return stops('Standby', `${name} has no standby: Multi-AZ is off.`);
  if (zone === undefined) return stops('Standby', `AWS names no zone of the standby of ${name}: it is not there yet.`);
  return { name: 'Standby', says: 'ok', sentence: `In ${zone}; it has each write before it is acknowledged.` };
}

function waitingChanges(name: string, values: object): Precheck {
  const waiting = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  const real = waiting.filter(([, value]) => typeof value !== 'object' || Object.keys(Object(value)).length > 0);
  if (real.length === 0) return { name: 'Changes that wait', says: 'ok', sentence: 'None.' };
  const what = real.map(([key]) => key).join(', ');
  return stops(
    'Changes that wait',
    `${name} has changes that wait (${what}), and a restart may apply them: let them be done first.`,
  );
}

function parameters(name: string, { DBParameterGroups: groups = [] }: DBInstance): Precheck {
  const waits = groups.find(({ ParameterApplyStatus: status }) => status === 'pending-reboot');
  if (!waits) return { name: 'Parameters', says: 'ok', sentence: 'None wait for a restart.' };
  const sentence = `The restart applies parameters of ${waits.DBParameterGroupName ?? name} that have waited for one.`;
  return { name: 'Parameters', says: 'warns', sentence };
}

function restorable(
  name: string,
  { BackupRetentionPeriod: days = 0, LatestRestorableTime: at }: DBInstance,
  nowMs: number,
): Precheck {
  const what = 'Point in time';
  if (days === 0) return stops(what, `${name} has no automated backups: whatever goes wrong could not be taken back.`);
  if (at === undefined) return stops(what, `AWS names no time to which ${name} could be restored.`);
  const seconds = (nowMs - at.getTime()) / 1000;
  const age = `${durationText(seconds)} ago`;
  if (seconds <= RESTORABLE_SECONDS_MOST) return { name: what, says: 'ok', sentence: `Restorable to ${age}.` };
  return stops(
    what,
    `${name} can be restored to ${age} at the latest (limit: ${durationText(RESTORABLE_SECONDS_MOST)}): its log of writes does not get away.`,
  );
}
