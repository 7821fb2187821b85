import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bundleFunctions, bundleSettings } from '../../package/bundle.ts';
import { verifiedFile } from '../../package/config-file.ts';

/** One bundle that is measured: the file that Lambda would import, and the size of all that is deployed with it. */
export type MeasuredBundle = { file: string; kilobytes: number };

/** What ours is held against; each is a file of naive/. */
const NAIVE = ['bare', 'bolt', 'bolt-invoke'] as const;

/**
 * Bundles the functions, and beside them the naive ones with the same settings but nothing left out of Bolt, into a folder
 * that is then laid out as Lambda's: nightshift.yaml and dist/. Ours by the names of handlers/, the others as `naive/…`.
 */
export async function bundleAll(root: string, taskRoot: string): Promise<ReadonlyMap<string, MeasuredBundle>> {
  const functions = await bundleFunctions(root, join(taskRoot, 'dist'), verifiedFile(root));
  const naive = await Promise.all(NAIVE.map((name) => bundleNaive(root, taskRoot, name)));
  copyFileSync(join(root, 'nightshift.yaml'), join(taskRoot, 'nightshift.yaml'));
  return new Map(
    [...functions, ...naive].map(({ name, folder, metafile }) => [
      name,
      { file: join(folder, 'index.mjs'), kilobytes: kilobytesOf(metafile) },
    ]),
  );
}

async function bundleNaive(root: string, taskRoot: string, name: string) {
  const folder = join(taskRoot, 'dist', 'naive', name);
  const { metafile } = await build({
    ...bundleSettings,
    absWorkingDir: root,
    entryPoints: [{ in: join(import.meta.dirname, 'naive', `${name}.ts`), out: 'index' }],
    outdir: folder,
  });
  return { name: `naive/${name}`, folder, metafile };
}

function kilobytesOf({ outputs }: Metafile): number {
  return Object.values(outputs).reduce((sum, { bytes }) => sum + bytes, 0) / 1024;
}
