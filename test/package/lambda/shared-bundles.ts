import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { bundleFunctions } from '../../../scripts/package/bundle.ts';
import { verifiedFile } from '../../../scripts/package/config-file.ts';
import { root } from '../packaged.ts';

/** The bundles of this test run, made by the first file that asks for them. */
export async function sharedBundles(): Promise<string> {
  const folder = join(inject('serverRoom'), 'bundles');
  const finished = join(folder, 'finished');
  try {
    mkdirSync(folder);
  } catch {
    while (!existsSync(finished)) {
      // Whoever was making them has failed and tidied up.
      if (!existsSync(folder)) return sharedBundles();
      await sleep(25);
    }
    return join(folder, 'made');
  }
  try {
    await bundleFunctions(root, join(folder, 'made'), verifiedFile(root));
    mkdirSync(finished);
    return join(folder, 'made');
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true });
    throw thrown;
  }
}
