import type { CopyProgress } from './backup.ts';
import type { BackupPlace } from './backup-policy.ts';

export const backupTools = ['pgbackrest', 'barman', 'wal-g'] as const;
export type BackupToolName = (typeof backupTools)[number];

/** A tool that makes the backups of a target already, as the config names it. */
export type BackupToolSpec = {
  name: BackupToolName;
  /** What the tool calls the target: pgBackRest's stanza, Barman's server. */
  server: string;
  /** The program and the words that come before any other, run without a shell where Nightshift runs; null: it is not run. */
  command: readonly string[] | null;
  /** The tool's own repository, which is read where the program cannot be run; only of pgBackRest. */
  repository: BackupPlace | null;
};

/** How people write it. */
export const toolTitles: { readonly [N in BackupToolName]: string } = {
  pgbackrest: 'pgBackRest',
  barman: 'Barman',
  'wal-g': 'WAL-G',
};

/** Pure: whether a tool can bring a backup into a directory of the machine that Nightshift runs on. */
export function restoresHere({ name, command }: Pick<BackupToolSpec, 'name' | 'command'>): boolean {
  const program = command?.[0]?.split('/').at(-1);
  return name !== 'wal-g' && program !== undefined && program !== 'ssh';
}

/** What a tool is asked for; `usual` is what it makes when nothing is said. */
export const toolKinds = ['usual', 'full', 'incremental', 'differential'] as const;
export type ToolKind = (typeof toolKinds)[number];

/** A backup that a tool has made. ISO times; LSNs as PostgreSQL writes them. */
export type ToolMade = {
  label: string;
  kind: 'full' | 'incremental';
  store: string;
  startedAt: string;
  endedAt: string;
  /** What it takes in the repository, and what it holds. */
  sizeBytes: number;
  plainBytes: number;
  timeline: number;
  startLsn: string;
  stopLsn: string;
  /** Why it is no good, a sentence each. */
  problems: readonly string[];
};

/** What came of a look at a tool that works: it is over, or goes on and has to be looked at again. */
export type ToolRound = { made: ToolMade } | { working: true } | { refused: string };

/** Port: a tool that can be told to make a backup, from where Nightshift runs. */
export type BackupTool = {
  name: BackupToolName;
  /** The label of its newest backup, or why it cannot be asked. */
  newest(): Promise<{ label: string | null } | { refused: string }>;
  /**
   * Starts it for a run, or looks on where it was started for that run, for some minutes at most: it goes on meanwhile. A backup that is newer
   * than `after` is one that was made.
   */
  backUp(work: ToolWork): Promise<ToolRound>;
};
export type ToolWork = {
  runId: string;
  kind: ToolKind;
  after: string | null;
  /** 1 is the first; a later one starts nothing. */
  round: number;
  progress(at: CopyProgress): void;
  /** Ends the tool. */
  signal: AbortSignal;
};
