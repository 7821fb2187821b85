import {
  usualBackupPolicy,
  type BackupPlace,
  type BackupPlaces,
  type BackupPolicy,
  type CopyPlace,
  type DrillPlace,
  type MonthlyTime,
} from '../core/backup-policy.ts';
import type { BackupToolSpec } from '../core/backup-tool.ts';
import type { BackupEntry, BackupPlacesEntry, PlaceEntry } from './backup-schema.ts';
import type { NightshiftFile } from './schema.ts';
import { hosted } from './topology.ts';
import { timeOfDay } from './windows.ts';

type Monthly = Exclude<BackupEntry['pointInTimeDrill'], 'off' | undefined>;

/** What the layers say together: the target's before the environment's, key by key. */
export function mergedBackup(file: NightshiftFile, targetName: string): BackupEntry {
  const target = file.targets[targetName];
  const environment = target && file.environments[target.environment];
  return { ...environment?.backup, ...target?.backup };
}

/** The policy of a target; undefined where no store is written and no tool makes them, or its backups are off. */
export function backupPolicy(file: NightshiftFile, targetName: string): BackupPolicy | undefined {
  const entry = mergedBackup(file, targetName);
  const isKept = file.backups !== undefined || toolOf(file, targetName) !== undefined;
  return !isKept || entry.mode === 'off' ? undefined : policyOf(entry);
}

/** The tool that makes the backups of a target; an environment's is for its PostgreSQL. */
export function toolOf(file: NightshiftFile, targetName: string): BackupToolSpec | undefined {
  const { tool, stanza, server, command, repository } = mergedBackup(file, targetName);
  const { engine, provider = '' } = file.targets[targetName] ?? {};
  if (tool === undefined || engine !== 'postgres' || hosted.includes(provider)) return undefined;
  return {
    name: tool,
    server: (tool === 'barman' ? server : stanza) ?? targetName,
    command: command ?? (repository === undefined ? [tool] : null),
    repository: repository === undefined ? null : place(repository),
  };
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
    ...snapshots(entry),
    copyTo: written(entry.copyTo, copyPlace, usual.copyTo),
    drill: written(entry.drill, weekly, usual.drill),
    pointInTimeDrill: written(entry.pointInTimeDrill, monthly, usual.pointInTimeDrill),
    proofDays: entry.proofDays ?? usual.proofDays,
    pointInTimeProofDays: entry.pointInTimeProofDays ?? usual.pointInTimeProofDays,
    assertions: entry.assertions ?? usual.assertions,
    ...(entry.drillIn === undefined ? {} : { drillPlace: placeOfDrills(entry.drillIn) }),
  };
}

function snapshots({
  snapshot,
  snapshotDays,
  snapshotFrom,
}: BackupEntry): Pick<BackupPolicy, 'snapshot' | 'snapshotDays' | 'snapshotFrom'> {
  const usual = usualBackupPolicy;
  return {
    snapshot: snapshot === undefined ? usual.snapshot : weekly(snapshot),
    snapshotDays: snapshotDays ?? usual.snapshotDays,
    snapshotFrom: snapshotFrom ?? usual.snapshotFrom,
  };
}

function placeOfDrills({ subnetGroup, securityGroups, class: named }: NonNullable<BackupEntry['drillIn']>): DrillPlace {
  return { subnetGroup, securityGroups, ...(named === undefined ? {} : { class: named }) };
}

function written<V, R>(value: V | 'off' | undefined, read: (value: Exclude<V, 'off'>) => R, usual: R | null): R | null {
  if (value === undefined) return usual;
  return value === 'off' ? null : read(value as Exclude<V, 'off'>);
}

function copyPlace(entry: Exclude<BackupEntry['copyTo'], 'off' | undefined>): CopyPlace {
  if ('bucket' in entry) return { kind: 'bucket', bucket: entry.bucket };
  return { kind: 'region', region: entry.region, kmsKey: entry.kmsKey ?? null };
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

function place({ directory, bucket = '', prefix, region, kmsKey, replicated }: PlaceEntry): BackupPlace {
  if (directory !== undefined) return { kind: 'directory', directory };
  return {
    kind: 'bucket',
    bucket,
    ...(prefix === undefined ? {} : { prefix }),
    ...(region === undefined ? {} : { region }),
    ...(kmsKey === undefined ? {} : { kmsKey }),
    ...(replicated === true ? { replicated } : {}),
  };
}
