import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { Fault } from '../../core/errors.ts';
import type { ConsoleFiles } from './http/console-routes.ts';

/** Builds the console in memory; a fault in its sources stops the start, with the place of the fault. */
export async function bundleConsole(): Promise<ConsoleFiles> {
  const folder = join(import.meta.dirname, 'console');
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  const { outputFiles } = await build({
    entryPoints: { console: join(folder, 'main.tsx') },
    outdir: folder,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'silent',
  }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('bug', `the console cannot be built: ${why}`, { cause });
  });
  const output = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { html, script: output('.js'), style: output('.css') };
}
