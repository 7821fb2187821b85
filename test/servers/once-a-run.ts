import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverRoom } from './room.ts';

/**
 * What several files of a test run need and nobody changes: made by the first that asks, in a folder of the run's room. The
 * others wait for it; when the first one fails, the next one tries.
 */
export async function onceARun(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(serverRoom(), name);
  const [made, finished] = [join(folder, 'made'), join(folder, 'finished')];
  try {
    // PostgreSQL's own account passes through.
    mkdirSync(folder, { mode: 0o711 });
  } catch {
    while (!existsSync(finished)) {
      // Whoever was making it has failed and tidied up.
      if (!existsSync(folder)) return onceARun(name, make);
      await sleep(25);
    }
    return made;
  }
  try {
    await make(made);
    mkdirSync(finished);
    return made;
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true });
    throw thrown;
  }
}
