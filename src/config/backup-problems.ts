import type { BackupPolicy } from '../core/backup-policy.ts';
import { mergedBackup, policyOf } from './resolve-backup.ts';
import type { Misfit } from './problems.ts';
import type { Salvaged } from './salvage.ts';
import type { NightshiftFile } from './schema.ts';

const ofPostgres = [
  'full',
  'incremental',
  'walMinutes',
  'anySecondDays',
  'fullDays',
  'pointInTimeDrill',
  'pointInTimeProofDays',
  'assertions',
] as const;
const ofRedis = ['snapshot', 'snapshotDays', 'snapshotFrom'] as const;

/** Whatever is said of backups can be kept: there is a store, the keys fit the engine, and what is promised has its means. */
export function backupProblems({ file, hasBackups }: Salvaged): Misfit[] {
  return [
    ...samePlace(file),
    ...(hasBackups ? [] : withoutStore(file)),
    ...Object.entries(file.targets).flatMap(([name, { engine, backup = {} }]) => {
      const wrong: readonly string[] = engine === 'postgres' ? ofRedis : ofPostgres;
      return Object.keys(backup)
        .filter((key) => wrong.includes(key))
        .map((key) => ({ at: ['targets', name, 'backup', key], message: `is not for ${engine}` }));
    }),
    ...Object.entries(file.targets).flatMap(([name, { engine }]) =>
      engine === 'postgres' ? policyProblems(file, name) : [],
    ),
  ];
}

function samePlace({ backups }: NightshiftFile): Misfit[] {
  if (backups?.secondary === undefined) return [];
  const { primary, secondary } = backups;
  const same =
    primary.directory === undefined
      ? primary.bucket === secondary.bucket
      : plain(primary.directory) === plain(secondary.directory ?? '');
  const message = 'is the same store as the primary: whatever destroys one of them destroys both';
  return same ? [{ at: ['backups', 'secondary'], message }] : [];
}

function plain(directory: string): string {
  return directory.replace(/\/+$/, '');
}

function withoutStore(file: NightshiftFile): Misfit[] {
  return (['environments', 'targets'] as const).flatMap((section) =>
    Object.entries(file[section])
      .filter(([, { backup }]) => backup !== undefined && (backup.mode ?? 'on') === 'on')
      .map(([name]) => ({
        at: [section, name, 'backup'],
        message: 'has no effect: write under `backups` at the top where backups are kept',
      })),
  );
}

/** Rules between keys are only fair on what the layers make together. */
function policyProblems(file: NightshiftFile, name: string): Misfit[] {
  const entry = mergedBackup(file, name);
  if (entry.mode === 'off') return [];
  const own = file.targets[name]?.backup;
  const at =
    own === undefined ? ['environments', file.targets[name]?.environment ?? '', 'backup'] : ['targets', name, 'backup'];
  return whyNotPolicy(policyOf(entry)).map((message) => ({ at, message }));
}

function whyNotPolicy(policy: BackupPolicy): string[] {
  const { full, incremental, anySecondDays, fullDays, walMinutes } = policy;
  const both = incremental?.days.filter((day) => full.days.includes(day)) ?? [];
  return [
    ...(incremental && both.length > 0 && incremental.minutes === full.minutes
      ? [`asks for a full and an incremental backup at the same minute of ${both.join(', ')}`]
      : []),
    ...(fullDays < anySecondDays
      ? [
          `keeps fulls for ${fullDays} days only, but any second of ${anySecondDays} days can need an older one: set fullDays to ${anySecondDays} at least`,
        ]
      : []),
    ...(walMinutes === null && policy.pointInTimeDrill !== null
      ? ['has no WAL, so nothing can be restored to a second: set pointInTimeDrill to off too']
      : []),
  ];
}
