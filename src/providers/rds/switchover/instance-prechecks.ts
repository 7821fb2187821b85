import type { DBInstance } from '@aws-sdk/client-rds';
import { countText, durationText } from '../../../checks/wording.ts';
import type { PendingWork } from '../../../targets/cloud.ts';
import type { Precheck } from '../../../targets/switchover.ts';
import { verdictOn, whyNotNow } from './status.ts';
import { isNearWindow } from './windows.ts';

/** No failover so close to a window in which RDS works on the instance itself. */
export const MARGIN_MINUTES = 15;
/** RDS uploads the log of writes every five minutes: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html */
const RESTORABLE_SECONDS_MOST = 600;

/** Pure: what has to be so before a Multi-AZ instance fails over, and what a person should know. */
export function instancePrechecks(instance: DBInstance, pending: readonly PendingWork[], nowMs: number): Precheck[] {
  const name = instance.DBInstanceIdentifier ?? '';
  return [
    standby(name, instance),
    statusCheck(name, instance.DBInstanceStatus ?? 'unknown'),
    waitingChanges(name, instance.PendingModifiedValues ?? {}),
    parameters(name, instance),
    work(name, pending, nowMs),
    ...windowChecks(name, instance, nowMs),
    restorable(name, instance, nowMs),
  ];
}

function standby(name: string, { MultiAZ, SecondaryAvailabilityZone: zone }: DBInstance): Precheck {
  if (MultiAZ !== true) return stops('Standby', `${name} has no standby: Multi-AZ is off.`);
  if (zone === undefined) return stops('Standby', `AWS names no zone of the standby of ${name}: it is not there yet.`);
  return { name: 'Standby', says: 'ok', sentence: `In ${zone}; it has each write before it is acknowledged.` };
}

/** Pure: the same of an instance and of a cluster. */
export function statusCheck(name: string, status: string): Precheck {
  if (verdictOn(status) !== 'go') return stops('Status', whyNotNow(name, status));
  return { name: 'Status', says: 'ok', sentence: 'Available.' };
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

/** Pure: the same of an instance and of a cluster. */
export function work(name: string, pending: readonly PendingWork[], nowMs: number): Precheck {
  if (pending.length === 0) return { name: 'Maintenance', says: 'ok', sentence: 'None waits.' };
  const soon = pending.find(({ optedInFor, forcedAt }) => [optedInFor, forcedAt].some((at) => isSoon(at, nowMs)));
  if (soon)
    return stops('Maintenance', `AWS does ${soon.what} on ${name} within ${MARGIN_MINUTES} minutes: let it end first.`);
  const sentence = `${countText(pending.length, 'piece')} of work of AWS waits for ${name}; it is not done by this.`;
  return { name: 'Maintenance', says: 'warns', sentence };
}

function isSoon(at: string | null, nowMs: number): boolean {
  return at !== null && Math.abs(Date.parse(at) - nowMs) <= MARGIN_MINUTES * 60_000;
}

type Windows = Pick<DBInstance, 'BackupRetentionPeriod' | 'PreferredBackupWindow' | 'PreferredMaintenanceWindow'>;

/** Pure: the same of an instance and of a cluster. */
export function windowChecks(name: string, windows: Windows, nowMs: number): Precheck[] {
  const backups = (windows.BackupRetentionPeriod ?? 0) > 0 ? (windows.PreferredBackupWindow ?? null) : null;
  return [
    windowCheck('Backup window', name, backups, nowMs),
    windowCheck('Maintenance window', name, windows.PreferredMaintenanceWindow ?? null, nowMs),
  ];
}

function windowCheck(what: string, name: string, window: string | null, nowMs: number): Precheck {
  if (window === null) return { name: what, says: 'ok', sentence: 'None.' };
  const words = `${window} UTC`;
  if (!isNearWindow(window, nowMs, MARGIN_MINUTES)) return { name: what, says: 'ok', sentence: `Not now: ${words}.` };
  return stops(
    what,
    `The ${what.toLowerCase()} of ${name} is ${words}, within ${MARGIN_MINUTES} minutes of now: wait until it is over.`,
  );
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

function stops(name: string, sentence: string): Precheck {
  return { name, says: 'stops', sentence };
}
