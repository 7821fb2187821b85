import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';

/** The parts of a bundle by file name: what its first line needs, and what is imported when it is needed. */
type Parts = { eager: readonly string[]; lazy: readonly string[] };

const ENTRY = 'index.mjs';

/**
 * Gathers every chunk that `index.mjs` needs at once into it. esbuild gives each set of sharers a chunk of its own, and a
 * module costs its time however small it is: twenty of them are a quarter of a cold start. What is imported later takes the
 * shared names from `index.mjs`, which is loaded by then.
 */
export async function gather(folder: string, metafile: Metafile, settings: BuildOptions): Promise<void> {
  const parts = partsOf(metafile);
  if (parts.eager.length === 1) return;
  await build({
    ...settings,
    splitting: false,
    bundle: true,
    // Every chunk has it already.
    banner: {},
    absWorkingDir: folder,
    entryPoints: [
      { in: 'gathered:entry', out: 'index' },
      ...parts.lazy.map((name) => ({ in: join(folder, name), out: stem(name) })),
    ],
    outdir: folder,
    allowOverwrite: true,
    plugins: [gathering(folder, parts, metafile)],
  });
  for (const name of parts.eager) if (name !== ENTRY) rmSync(join(folder, name));
}

/** Pure: what is loaded with `index.mjs`, in a fixed order, and what is not. */
export function partsOf({ outputs }: Metafile): Parts {
  const files = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  const eager = new Set<string>();
  const visit = (name: string): void => {
    const output = files.get(name);
    if (!output || eager.has(name)) return;
    eager.add(name);
    for (const { kind, path } of output.imports) if (kind === 'import-statement') visit(basename(path));
  };
  visit(ENTRY);
  return { eager: [...eager].toSorted(), lazy: [...files.keys()].filter((name) => !eager.has(name)).toSorted() };
}

function gathering(folder: string, { eager, lazy }: Parts, { outputs }: Metafile): Plugin {
  const exportsOf = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output.exports]));
  const shared = eager.filter((name) => name !== ENTRY);
  const named = (name: string) =>
    (exportsOf.get(name) ?? []).map((one) => ({ one, gathered: `${stem(name).replace('-', '_')}_${one}` }));
  return {
    name: 'gather',
    setup(files) {
      files.onResolve({ filter: /^gathered:entry$/ }, () => ({ path: 'entry', namespace: 'gathered' }));
      files.onResolve({ filter: /^\.\// }, ({ path, importer, namespace }) => {
        const name = basename(path);
        if (lazy.includes(name) || namespace === 'shared') return { path, external: true };
        if (lazy.includes(basename(importer))) return { path: name, namespace: 'shared' };
        return { path: join(folder, name) };
      });
      files.onLoad({ filter: /./, namespace: 'gathered' }, () => ({
        contents: [
          `export { handler } from './${ENTRY}';`,
          ...shared.map(
            (name) =>
              `export { ${named(name)
                .map(({ one, gathered }) => `${one} as ${gathered}`)
                .join(', ')} } from './${name}';`,
          ),
        ].join('\n'),
        resolveDir: folder,
      }));
      files.onLoad({ filter: /./, namespace: 'shared' }, ({ path }) => ({
        contents: `export { ${named(path)
          .map(({ one, gathered }) => `${gathered} as ${one}`)
          .join(', ')} } from './${ENTRY}';`,
        resolveDir: folder,
      }));
    },
  };
}

function stem(file: string): string {
  return file.replace(/\.mjs$/, '');
}
