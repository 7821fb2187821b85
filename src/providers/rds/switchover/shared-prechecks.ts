import type { Tag } from '@aws-sdk/client-rds';
import { countText, durationText } from '../../../checks/wording.ts';
import type { PendingWork } from '../../../targets/cloud.ts';
import type { Precheck } from '../../../targets/switchover.ts';
import { allowedByTag } from '../../failover-tag.ts';
import type { FailoverEvent } from './events.ts';
import { verdictOn, whyNotNow } from './status.ts';
import { isNearWindow } from './windows.ts';

/** No failover so close to a window in which RDS works on it itself. */
const MARGIN_MINUTES = 15;
/** AWS abandons a failover soon after another, and says nowhere how soon: what happened in this time is told. */
export const RECENT_MS = 3_600_000;

/** What is asked of an instance and of a cluster alike. */
export type Asked = {
  name: string;
  arn: string;
  status: string;
  /** Undefined where AWS does not tell. */
  tags: readonly Tag[] | undefined;
  pending: readonly PendingWork[];
  windows: {
    BackupRetentionPeriod?: number | undefined;
    PreferredBackupWindow?: string | undefined;
    PreferredMaintenanceWindow?: string | undefined;
  };
  /** Those of the last hour. */
  events: readonly FailoverEvent[];
};

/** Pure: what has to be so before anything fails over, and what a person should know. */
export function sharedPrechecks(asked: Asked, nowMs: number): Precheck[] {
  const { name, windows } = asked;
  const backups = (windows.BackupRetentionPeriod ?? 0) > 0 ? windows.PreferredBackupWindow : undefined;
  return [
    allowedByTag('rds', asked),
    status(asked),
    recentFailover(asked, nowMs),
    work(asked, nowMs),
    window('Backup window', name, backups, nowMs),
    window('Maintenance window', name, windows.PreferredMaintenanceWindow, nowMs),
  ];
}

function status({ name, status: is }: Asked): Precheck {
  if (verdictOn(is) !== 'go') return stops('Status', whyNotNow(name, is));
  return { name: 'Status', says: 'ok', sentence: 'Available.' };
}

function recentFailover({ name, events }: Asked, nowMs: number): Precheck {
  const last = events.findLast(({ kind }) => kind === 'completed' || kind === 'started');
  if (!last) return { name: 'Last failover', says: 'ok', sentence: 'None within the last hour.' };
  const ago = durationText((nowMs - last.atMs) / 1000);
  const sentence = `${name} failed over ${ago} ago, and AWS may abandon another one so soon (RDS-EVENT-0034).`;
  return { name: 'Last failover', says: 'warns', sentence };
}

function work({ name, pending }: Asked, nowMs: number): Precheck {
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

function window(what: string, name: string, times: string | undefined, nowMs: number): Precheck {
  if (times === undefined) return { name: what, says: 'ok', sentence: 'None.' };
  const words = `${times} UTC`;
  if (!isNearWindow(times, nowMs, MARGIN_MINUTES)) return { name: what, says: 'ok', sentence: `Not now: ${words}.` };
  return stops(
    what,
    `The ${what.toLowerCase()} of ${name} is ${words}, within ${MARGIN_MINUTES} minutes of now: wait until it is over.`,
  );
}

/** Pure: what stops it. */
export function stops(name: string, sentence: string): Precheck {
  return { name, says: 'stops', sentence };
}
