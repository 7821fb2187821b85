import {
  toolTitles,
  type BackupTool,
  type BackupToolSpec,
  type ToolKind,
  type ToolMade,
  type ToolRound,
  type ToolWork,
} from '../../core/backup-tool.ts';
import type { ToolBackup } from '../../backups/tools/tool-catalogue.ts';
import { backupsOfTool } from './look-at-tool.ts';
import { lookOn, runningFor, startTool } from './running-tool.ts';

/** Failed ones may be among them. */
const NEWEST = 5;

/** A tool as the room that copies sees it: it is started as a program of this machine. */
export function openTool(spec: BackupToolSpec): BackupTool {
  return {
    name: spec.name,
    newest: async () => {
      const words = whyNotStarted(spec);
      if (words !== undefined) return { refused: words };
      const newest = await newestOf(spec);
      return newest !== null && 'refused' in newest ? newest : { label: newest?.backup.label ?? null };
    },
    backUp: (work) => backUp(spec, work),
  };
}

/** Pure: why a tool cannot be started from here, and what to do. */
export function whyNotStarted({ name, command, server }: BackupToolSpec): string | undefined {
  if (name === 'wal-g') return `WAL-G is started by its own schedule alone: wal-g backup-push, on the server.`;
  if (command !== null) return undefined;
  return `Nightshift only reads the repository of ${toolTitles[name]}: write backup.command, or start it on its own machine, for ${server}.`;
}

type Newest = { backup: ToolBackup; store: string } | null | { refused: string };

async function newestOf(spec: BackupToolSpec): Promise<Newest> {
  const looked = await backupsOfTool(spec, NEWEST);
  if ('unseen' in looked) return { refused: `${toolTitles[spec.name]} could not be asked: ${looked.unseen}.` };
  // What failed holds nothing, and is none.
  const all = looked.repositories.flatMap(({ backups, store }) =>
    backups.filter(({ plainBytes }) => plainBytes > 0).map((backup) => ({ backup, store })),
  );
  return all.toSorted((one, other) => (one.backup.label < other.backup.label ? -1 : 1)).at(-1) ?? null;
}

async function backUp(
  spec: BackupToolSpec,
  { runId, kind, after, round, progress, signal }: ToolWork,
): Promise<ToolRound> {
  const known = runningFor(runId);
  if (known === undefined) {
    // A room may be called again when the process that waited for it died: what was made is there.
    const made = await madeAfter(spec, after);
    if (made !== null) return made;
    if (round > 1)
      return {
        refused: `Nobody knows what became of ${toolTitles[spec.name]}: the process that watched it is another now.`,
      };
    const words = wordsFor(spec, kind);
    if ('refused' in words) return words;
    startTool(runId, spec, words.words);
  }
  const ended = await lookOn(runId, progress, signal);
  if (ended === 'working') return { working: true };
  if ('refused' in ended) return ended;
  return (
    (await madeAfter(spec, after)) ?? {
      refused: `${toolTitles[spec.name]} ended well, and its catalogue has no new backup.`,
    }
  );
}

async function madeAfter(spec: BackupToolSpec, after: string | null): Promise<ToolRound | null> {
  const newest = await newestOf(spec);
  if (newest === null || 'refused' in newest) return newest;
  if (after !== null && newest.backup.label <= after) return null;
  const { parent: _parent, ...made } = newest.backup;
  return { made: { ...made, store: newest.store } satisfies ToolMade };
}

/** Pure: the words that make a tool back up. */
export function wordsFor(
  { name, server }: Pick<BackupToolSpec, 'name' | 'server'>,
  kind: ToolKind,
): { words: string[] } | { refused: string } {
  if (name === 'pgbackrest') {
    const types = { usual: [], full: ['--type=full'], incremental: ['--type=incr'], differential: ['--type=diff'] };
    const log = ['--log-level-console=detail', '--log-level-stderr=off'];
    return { words: [`--stanza=${server}`, ...types[kind], ...log, 'backup'] };
  }
  if (kind === 'incremental' || kind === 'differential')
    return { refused: 'Barman decides by its own settings what it copies again: say `backup`.' };
  return { words: ['backup', server] };
}
