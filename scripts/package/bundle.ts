import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { PACKAGED_FILE, type PackagedFile } from '../../src/config/packaged.ts';
import { copyAssets } from './assets.ts';
import { gather } from './gather.ts';
import { slimBolt } from './slim-bolt.ts';

/** One function's bundle: `index.mjs` with its chunks in `folder`, and what esbuild knows of them. */
export type Bundle = { name: string; folder: string; metafile: Metafile };

/** CommonJS packages inside an ES module call `require`. */
const REQUIRE =
  "import{createRequire as nightshiftRequire}from'node:module';const require=nightshiftRequire(import.meta.url);";

/** The functions, by the files of handlers/. */
export function functionNames(root: string): string[] {
  return readdirSync(join(root, 'handlers'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .toSorted();
}

/**
 * Bundles every handler into `<outDir>/<name>/`, which is emptied first, with the config beside each. The same sources give the
 * same bytes.
 */
export async function bundleFunctions(root: string, outDir: string, config: PackagedFile): Promise<Bundle[]> {
  rmSync(outDir, { recursive: true, force: true });
  const bundles = await Promise.all(functionNames(root).map((name) => bundleFunction(root, outDir, name)));
  for (const { folder } of bundles) writeFileSync(join(folder, PACKAGED_FILE), JSON.stringify(config));
  return bundles;
}

/** How a bundle is made for Lambda, whatever is in it. */
export const bundleSettings = {
  chunkNames: 'chunk-[hash]',
  bundle: true,
  // What a request may not need is imported when it is needed.
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  outExtension: { '.js': '.mjs' },
  mainFields: ['module', 'main'],
  banner: { js: REQUIRE },
  // Optional, native, and never used: pg asks for it by name.
  external: ['pg-native'],
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions & { metafile: true };

async function bundleFunction(root: string, outDir: string, name: string): Promise<Bundle> {
  const folder = join(outDir, name);
  const { metafile } = await build({
    ...bundleSettings,
    absWorkingDir: root,
    entryPoints: [{ in: join('handlers', `${name}.ts`), out: 'index' }],
    outdir: folder,
    plugins: [slimBolt],
  });
  await gather(folder, metafile, bundleSettings);
  const bundle = { name, folder, metafile };
  copyAssets(bundle);
  return bundle;
}
