import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../core/errors.ts';

/** Port: where big things are kept (results over 256 KB, files for a thread). Keys are paths of plain names. */
export type ObjectStore = {
  put(key: string, bytes: Uint8Array): Promise<void>;
  get(key: string): Promise<Uint8Array | undefined>;
};

/** Objects as files under one directory. A reader never sees half of an object. */
export function createDirectoryObjects(directory: string): ObjectStore {
  return {
    put: async (key, bytes) => {
      const path = join(directory, plainKey(key));
      const unfinished = `${path}.${randomUUID()}.unfinished`;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(unfinished, bytes);
      await rename(unfinished, path);
    },
    get: async (key) => {
      try {
        return await readFile(join(directory, plainKey(key)));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}

/** The key itself, where it is a path of plain names; throws `invalid_request` where it is not, so no key leads out of its store. */
export function plainKey(key: string): string {
  if (key.split('/').every((part) => /^[\w-][\w.-]*$/.test(part))) return key;
  throw new Fault('invalid_request', 'The key of an object is made of letters, digits, hyphens, dots and slashes.');
}
