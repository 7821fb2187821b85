import type { BackupPolicy } from '../core/backup-policy.ts';
import { mergedBackup, policyOf, toolOf } from './resolve-backup.ts';
import type { Misfit } from './problems.ts';
import type { Salvaged } from './salvage.ts';
import type { BackupEntry } from './backup-schema.ts';
import type { NightshiftFile } from './schema.ts';
import { copyProblems } from './copy-problems.ts';
import { hosted } from './topology.ts';

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
const ofTools = ['stanza', 'server', 'command', 'repository'] as const;

/** Whatever is said of backups can be kept: there is a store, the keys fit the engine, and what is promised has its means. */
export function backupProblems({ file, hasBackups }: Salvaged): Misfit[] {
  return [
    ...samePlace(file),
    ...replicated(file),
    ...copyProblems(file),
    ...(hasBackups ? [] : withoutStore(file)),
    ...Object.keys(file.targets).flatMap((name) => [...toolProblems(file, name), ...drillProblems(file, name)]),
    ...Object.entries(file.targets).flatMap(([name, { engine, backup = {} }]) => {
      const wrong: readonly string[] = engine === 'postgres' ? ofRedis : [...ofPostgres, 'drillIn'];
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

/** S3 brings objects from one bucket to another under the same keys. */
function replicated({ backups }: NightshiftFile): Misfit[] {
  const { primary, secondary } = backups ?? {};
  if (primary?.replicated === true)
    return [
      {
        at: ['backups', 'primary', 'replicated'],
        message: 'is for the secondary store: here the bot itself puts backups',
      },
    ];
  if (secondary?.replicated !== true) return [];
  if (primary?.bucket === undefined)
    return [
      {
        at: ['backups', 'secondary', 'replicated'],
        message: 'needs a bucket as the primary store: nothing replicates a directory',
      },
    ];
  if (primary.prefix !== secondary.prefix)
    return [
      {
        at: ['backups', 'secondary', 'prefix'],
        message: 'is another one than that of the primary store: the replication of S3 keeps keys as they are',
      },
    ];
  return [];
}

function plain(directory: string): string {
  return directory.replace(/\/+$/, '');
}

function withoutStore(file: NightshiftFile): Misfit[] {
  return (['environments', 'targets'] as const).flatMap((section) =>
    Object.entries(file[section])
      .filter(([, { backup }]) => backup !== undefined && (backup.mode ?? 'on') === 'on')
      .filter(([name, { backup }]) => backup?.tool === undefined && toolOf(file, name) === undefined)
      .map(([name]) => ({
        at: [section, name, 'backup'],
        message: 'has no effect: write under `backups` at the top where backups are kept',
      })),
  );
}

/** A place for drills is for what RDS restores; an environment's is for its RDS and Aurora. */
function drillProblems(file: NightshiftFile, name: string): Misfit[] {
  const { engine, provider = '', backup } = file.targets[name] ?? {};
  if (engine !== 'postgres' || backup?.drillIn === undefined || hosted.includes(provider)) return [];
  const message = 'is for what RDS and Aurora host: your own servers are drilled where the bot runs';
  return [{ at: ['targets', name, 'backup', 'drillIn'], message }];
}

/** What is written of a tool can be used, and there is a tool. */
function toolProblems(file: NightshiftFile, name: string): Misfit[] {
  const { engine, provider, backup: own = {} } = file.targets[name] ?? {};
  const { tool } = mergedBackup(file, name);
  const at = (key: string) => ['targets', name, 'backup', key];
  if (tool === undefined)
    return ofTools
      .filter((key) => own[key] !== undefined)
      .map((key) => ({ at: at(key), message: 'has no effect without `tool`: write which tool makes the backups' }));
  if (own.tool !== undefined && engine !== 'postgres')
    return [{ at: at('tool'), message: `is for postgres; of ${engine} it makes no backups` }];
  if (own.tool !== undefined && provider !== undefined && hosted.includes(provider))
    return [{ at: at('tool'), message: `cannot back up what ${provider} hosts, which makes its own backups` }];
  return whyNotTool(tool, own).map(([key, message]) => ({ at: at(key), message }));
}

function whyNotTool(tool: NonNullable<BackupEntry['tool']>, own: BackupEntry): [string, string][] {
  const wrong = {
    pgbackrest: ['server'],
    barman: ['stanza', 'repository'],
    'wal-g': ['stanza', 'server', 'repository'],
  };
  return ofTools
    .filter((key) => own[key] !== undefined && wrong[tool].includes(key))
    .map((key) => [key, `is not for ${tool}`]);
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
