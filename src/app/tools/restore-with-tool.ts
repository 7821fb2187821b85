import { existsSync, readdirSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RestoreTarget } from '../../backups/restore/target.ts';
import type { ToolBackup } from '../../backups/tools/tool-catalogue.ts';
import { toolTitles, type BackupToolSpec } from '../../core/backup-tool.ts';
import { postgresBinariesOf } from '../../runtime/postgres-versions.ts';
import type { RestorePlace } from '../restore/place.ts';
import type { RestoreListener } from '../restore/restore.ts';
import { startRestored, type Started } from '../restore/start.ts';
import { bringWithTool, toolPlace, whyNotRestoring } from './bring-with-tool.ts';
import { backupsOfTool } from './look-at-tool.ts';

/** Further back than that nobody looks by himself. */
const LOOKED_AT = 60;

export type ToolRestore = {
  tool: BackupToolSpec;
  to: RestoreTarget;
  /** The backup to begin with; what fits when absent. */
  label?: string;
  /** A directory that is new or empty; its data/ is the server's afterwards. */
  into: string;
};
export type ToolRestored = {
  /** The backup from which it was brought there. */
  label: string;
  major: number;
  place: RestorePlace;
  started: Started | { notStarted: string };
};

/**
 * Brings a database back with the tool that has its backups, into a directory of its own, and starts it there, so that it is known that it
 * can be. It goes over nothing, archives nothing, and touches nothing of the server that was backed up.
 */
export async function restoreWithTool(
  { tool, to, label, into }: ToolRestore,
  listener: RestoreListener,
): Promise<{ done: ToolRestored } | { refused: string }> {
  listener.step(`asking ${toolTitles[tool.name]} what it has`);
  const chosen = await choose(tool, to, label);
  if ('refused' in chosen) return chosen;
  const { backup } = chosen;
  const place = toolPlace(into);
  const taken = await whyNotHere(place, backup);
  if (taken !== undefined) return { refused: taken };
  listener.step(`${toolTitles[tool.name]} restores ${backup.label}`);
  const brought = await bringWithTool({ tool, backup, to, fixed: label !== undefined, place }, listener);
  if ('broken' in brought) return { refused: brought.broken };
  if ('refused' in brought) return brought;
  const binaries = postgresBinariesOf(brought.major);
  const done = { label: backup.label, major: brought.major, place };
  if (binaries === undefined)
    return { done: { ...done, started: { notStarted: `this machine has no PostgreSQL ${brought.major}` } } };
  listener.step('replaying WAL');
  return { done: { ...done, started: await startRestored(place, to, binaries) } };
}

async function choose(
  tool: BackupToolSpec,
  to: RestoreTarget,
  label: string | undefined,
): Promise<{ backup: ToolBackup } | { refused: string }> {
  const title = toolTitles[tool.name];
  const refused = whyNotRestoring(tool);
  if (refused !== undefined) return { refused };
  const looked = await backupsOfTool(tool, LOOKED_AT);
  if ('unseen' in looked) return { refused: `${title} could not be asked: ${looked.unseen}.` };
  const good = (looked.repositories[0]?.backups ?? [])
    .filter(({ problems }) => problems.length === 0)
    .toSorted((one, other) => (one.endedAt < other.endedAt ? -1 : 1));
  const backup =
    label === undefined ? good.findLast((one) => isBefore(one, to)) : good.find((one) => one.label === label);
  if (backup !== undefined) return { backup };
  return {
    refused:
      label === undefined ? `${title} has no backup that ended before that.` : `${title} has no backup ${label}.`,
  };
}

/** A backup is consistent only from its end on. */
function isBefore({ endedAt, stopLsn }: ToolBackup, to: RestoreTarget): boolean {
  if (to.kind === 'time') return endedAt <= to.at;
  return to.kind !== 'lsn' || lsnKey(stopLsn) <= lsnKey(to.lsn);
}

function lsnKey(lsn: string): string {
  return lsn
    .split('/')
    .map((half) => half.toUpperCase().padStart(8, '0'))
    .join('/');
}

/** Why it cannot be restored there, a sentence. */
async function whyNotHere({ directory }: RestorePlace, { plainBytes }: ToolBackup): Promise<string | undefined> {
  if (existsSync(directory) && (!statSync(directory).isDirectory() || readdirSync(directory).length > 0))
    return `${directory} is not empty: a restore never goes over anything. Name a new directory.`;
  const { bavail, bsize } = await statfs(existing(directory));
  const freeBytes = bavail * bsize;
  if (freeBytes >= plainBytes) return undefined;
  return `there is not room enough: ${gigabytes(plainBytes)} are needed and ${gigabytes(freeBytes)} are free where ${directory} is to be.`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function existing(path: string): string {
  return existsSync(path) ? path : existing(dirname(path));
}
