import { link, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './directory-fault.ts';

/** Makes a directory that only its owner can enter, and all above it; what was made is there after a crash, too. */
export async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made !== dirname(first); made = dirname(made)) await syncDirectory(dirname(made));
}

/** A new name is on the disk when its directory is. https://man7.org/linux/man-pages/man2/fsync.2.html */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Gives a file that is whole a name, and only where there is none: false where there is. */
export async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false;
    throw thrown;
  }
}
