import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders for a while, below TMPDIR: `note` is the file that says whose each is, and none is used for longer than `longestMs`. */
export type OwnFolders = { prefix: string; note: string; longestMs: number };

/** A new folder that says that it is this process's. Only this account may enter it. */
export function makeOwnFolder({ prefix, note }: OwnFolders): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  noteOwner(folder, note);
  return folder;
}

export function noteOwner(folder: string, note: string): void {
  writeFileSync(join(folder, note), JSON.stringify({ pid: process.pid }), { mode: 0o600 });
}

/** Those whose process was killed. What belongs to another account is left alone, and so is what says nothing of an owner. */
export function forgottenFolders({ prefix, ...kind }: OwnFolders, below = tmpdir()): string[] {
  return readdirSync(below)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(below, name))
    .filter((folder) => isForgotten(folder, kind));
}

function isForgotten(folder: string, { note, longestMs }: Omit<OwnFolders, 'prefix'>): boolean {
  try {
    const { uid, mtimeMs } = statSync(join(folder, note));
    if (uid !== process.getuid?.()) return false;
    const { pid } = JSON.parse(readFileSync(join(folder, note), 'utf8')) as { pid: number };
    return Date.now() - mtimeMs > longestMs || !isAlive(pid);
  } catch {
    return false;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as { code?: string }).code === 'EPERM';
  }
}
