import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFunctions, type Bundle } from '../../../scripts/package/bundle.ts';
import { verifiedFile } from '../../../scripts/package/config-file.ts';
import { onceARun } from '../../servers/once-a-run.ts';
import { root } from '../packaged.ts';

const LIST = 'bundles.json';

/** The folder of this run's bundles, one folder for each function; nobody may change them. */
export function sharedBundles(): Promise<string> {
  return onceARun('bundles', async (folder) => {
    const bundles = await bundleFunctions(root, folder, verifiedFile(root));
    writeFileSync(join(folder, LIST), JSON.stringify(bundles));
  });
}

/** The same with what esbuild knows of each. */
export async function listedBundles(): Promise<Bundle[]> {
  const list: Bundle[] = JSON.parse(readFileSync(join(await sharedBundles(), LIST), 'utf8'));
  return list;
}
