import type { BackupCompression } from './backup.ts';
import { weekdays, type Weekday } from './weekday.ts';

/** On some days of the week, at a time in UTC: `minutes` since midnight. */
export type WeeklyTime = { days: readonly Weekday[]; minutes: number };
/** On one day of every month, at a time in UTC: `minutes` since midnight. Every month has it. */
export type MonthlyTime = { dayOfMonth: number; minutes: number };

/** Where the cloud restores for a drill: out of the way of clients, and within reach of the room that reads. */
export type DrillPlace = {
  /** A subnet group of RDS. */
  subnetGroup: string;
  securityGroups: readonly string[];
  /** The class of the machine, where it is not that of the source. */
  class?: string;
};

/**
 * Where a cloud brings a copy of each snapshot that the bot makes: to another region, with a key of that region where snapshots are
 * encrypted (RDS, Aurora), or into a bucket of its own region (ElastiCache).
 */
export type CopyPlace = { kind: 'region'; region: string; kmsKey: string | null } | { kind: 'bucket'; bucket: string };

/** What is wanted of the backups of a target. Null is: none of that kind. */
export type BackupPolicy = {
  /** `manual`: made when a person asks, so that none is ever due or missed. */
  mode: 'on' | 'manual';
  compression: BackupCompression;
  /** What a server may be asked to send, in bytes a second; null is without a limit. */
  maxRateBytes: number | null;
  /** PostgreSQL. */
  full: WeeklyTime;
  incremental: WeeklyTime | null;
  walMinutes: number | null;
  /** Back to any second of so many days: WAL, and whatever it is applied to. */
  anySecondDays: number;
  /** Back to the end of every full backup of so many days. */
  fullDays: number;
  /** Redis. */
  snapshot: WeeklyTime;
  snapshotDays: number;
  /** From whom: a replica only, or the primary too where there is no replica that could give one. */
  snapshotFrom: 'replica' | 'any';
  /** Of what a cloud hosts: where a copy of each snapshot goes; null is nowhere. */
  copyTo: CopyPlace | null;
  /** A restore that is started and verified, and one to a random second. */
  drill: WeeklyTime | null;
  pointInTimeDrill: MonthlyTime | null;
  /** A proof counts as old after so many days. */
  proofDays: number;
  pointInTimeProofDays: number;
  /** PostgreSQL: what has to be true of a restored copy, as SQL by a name that people see. */
  assertions: { readonly [name: string]: string };
  /** PostgreSQL that a cloud hosts: present where it is drilled, which costs money. */
  drillPlace?: DrillPlace;
};

const [sunday, ...workdays] = weekdays;

/** What counts where nobody says otherwise. */
export const usualBackupPolicy: BackupPolicy = {
  mode: 'on',
  compression: 'zstd',
  maxRateBytes: null,
  full: { days: [sunday], minutes: 120 },
  incremental: { days: workdays, minutes: 180 },
  walMinutes: 5,
  anySecondDays: 7,
  fullDays: 30,
  snapshot: { days: weekdays, minutes: 180 },
  snapshotDays: 7,
  snapshotFrom: 'replica',
  copyTo: null,
  drill: { days: [sunday], minutes: 360 },
  pointInTimeDrill: { dayOfMonth: 1, minutes: 420 },
  // A week and a month, and a day in which the next one can be late.
  proofDays: 8,
  pointInTimeProofDays: 32,
  assertions: {},
};

/** One store: a bucket, or a directory of the machine that the bot runs on. `replicated`: what is put into the primary store comes here by itself. */
export type BackupPlace =
  | { kind: 'bucket'; bucket: string; prefix?: string; region?: string; kmsKey?: string; replicated?: true }
  | { kind: 'directory'; directory: string };

/** Where backups are kept; a policy is met in the primary, and the secondary has to have it all once more. */
export type BackupPlaces = { primary: BackupPlace; secondary?: BackupPlace };
