import {
  usualBackupPolicy,
  type BackupPlace,
  type BackupPlaces,
  type BackupPolicy,
  type MonthlyTime,
} from '../core/backup-policy.ts';
import type { BackupEntry, BackupPlacesEntry, PlaceEntry } from './backup-schema.ts';
import type { NightshiftFile } from './schema.ts';
import { timeOfDay } from './windows.ts';

type Monthly = Exclude<BackupEntry['pointInTimeDrill'], 'off' | undefined>;

/** What the layers say together: the target's before the environment's, key by key. */
export function mergedBackup(file: NightshiftFile, targetName: string): BackupEntry {
  const target = file.targets[targetName];
  const environment = target && file.environments[target.environment];
  return { ...environment?.backup, ...target?.backup };
}

/** The policy of a target; undefined where no store is written, or its backups are off. */
export function backupPolicy(file: NightshiftFile, targetName: string): BackupPolicy | undefined {
  const entry = mergedBackup(file, targetName);
  return file.backups === undefined || entry.mode === 'off' ? undefined : policyOf(entry);
}

/** Pure: the usual policy with what was written laid over it. */
export function policyOf(entry: BackupEntry): BackupPolicy {
  const usual = usualBackupPolicy;
  return {
    mode: entry.mode === 'manual' ? 'manual' : 'on',
    compression: entry.compression ?? usual.compression,
    maxRateBytes: entry.maxRateBytes ?? usual.maxRateBytes,
    full: entry.full === undefined ? usual.full : weekly(entry.full),
    incremental: written(entry.incremental, weekly, usual.incremental),
    walMinutes: written(entry.walMinutes, (minutes) => minutes, usual.walMinutes),
    anySecondDays: entry.anySecondDays ?? usual.anySecondDays,
    fullDays: entry.fullDays ?? usual.fullDays,
    snapshot: entry.snapshot === undefined ? usual.snapshot : weekly(entry.snapshot),
    snapshotDays: entry.snapshotDays ?? usual.snapshotDays,
    snapshotFrom: entry.snapshotFrom ?? usual.snapshotFrom,
    drill: written(entry.drill, weekly, usual.drill),
    pointInTimeDrill: written(entry.pointInTimeDrill, monthly, usual.pointInTimeDrill),
    proofDays: entry.proofDays ?? usual.proofDays,
    pointInTimeProofDays: entry.pointInTimeProofDays ?? usual.pointInTimeProofDays,
    assertions: entry.assertions ?? usual.assertions,
  };
}

function written<V, R>(value: V | 'off' | undefined, read: (value: Exclude<V, 'off'>) => R, usual: R | null): R | null {
  if (value === undefined) return usual;
  return value === 'off' ? null : read(value as Exclude<V, 'off'>);
}

function weekly({ days, at }: NonNullable<BackupEntry['full']>): BackupPolicy['full'] {
  return { days, minutes: minutesOf(at) };
}

function monthly({ dayOfMonth, at }: Monthly): MonthlyTime {
  return { dayOfMonth, minutes: minutesOf(at) };
}

/** The schema has verified it. */
function minutesOf(at: string): number {
  return timeOfDay(at) ?? 0;
}

export function backupPlaces({ primary, secondary }: BackupPlacesEntry): BackupPlaces {
  return { primary: place(primary), ...(secondary === undefined ? {} : { secondary: place(secondary) }) };
}

function place({ directory, bucket = '', prefix, region, kmsKey }: PlaceEntry): BackupPlace {
  if (directory !== undefined) return { kind: 'directory', directory };
  return {
    kind: 'bucket',
    bucket,
    ...(prefix === undefined ? {} : { prefix }),
    ...(region === undefined ? {} : { region }),
    ...(kmsKey === undefined ? {} : { kmsKey }),
  };
}
