import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folders of drills that this process began and that are still there. */
export const ownFolders = () =>
  readdirSync(tmpdir())
    .filter((name) => name.startsWith('nightshift-drill-'))
    .filter((name) => {
      try {
        return readFileSync(join(tmpdir(), name, 'drill.json'), 'utf8').includes(`:${process.pid}}`);
      } catch {
        return false;
      }
    });
