import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asDirectoryFault, isMissing } from './directory-fault.ts';

/** Names of keys, and those of unfinished files; a disk's own `lost+found` is neither. */
const OURS = /^\.?[\w-][\w.-]*$/;

type FoundFile = { key: string; stats: Stats };

/** Every file whose path below `root` begins with the prefix, in the order of the paths; what goes away meanwhile is left out. */
export async function* listFiles(root: string, prefix: string, folder = ''): AsyncGenerator<FoundFile> {
  for (const entry of await entriesOf(join(root, folder))) {
    const key = folder + entry;
    if (entry.endsWith('/')) {
      if (key.startsWith(prefix) || prefix.startsWith(key)) yield* listFiles(root, prefix, key);
    } else if (key.startsWith(prefix)) {
      const stats = await statsOf(join(root, key));
      if (stats?.isFile()) yield { key, stats };
    }
  }
}

/** Names of a directory, with a slash behind those of directories: sorted so, a walk meets all paths in their order. */
async function entriesOf(path: string): Promise<string[]> {
  const entries = await unlessMissing<Dirent[]>(readdir(path, { withFileTypes: true }), []);
  // Code units and not a language's order: as S3 does for the letters that keys are made of.
  return entries
    .filter(({ name }) => OURS.test(name))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

const statsOf = (path: string) => unlessMissing<Stats | undefined>(lstat(path), undefined);

async function unlessMissing<T>(asked: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await asked;
  } catch (thrown) {
    if (isMissing(thrown)) return otherwise;
    throw asDirectoryFault(thrown);
  }
}
