import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { Fault } from '../../core/errors.ts';
import type { ConsoleFiles } from './http/console-routes.ts';

/** Builds the console's script in memory; a fault in its sources stops the start, with the place of the fault. */
export async function bundleConsole(): Promise<ConsoleFiles> {
  const folder = join(import.meta.dirname, 'console');
  const bundled = await build({
    entryPoints: [join(folder, 'main.tsx')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'silent',
  }).catch((cause: unknown) => {
    throw new Fault('bug', `the console cannot be built: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  });
  const [html, style] = await Promise.all(
    ['index.html', 'console.css'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  return { html: html ?? '', script: bundled.outputFiles[0]?.text ?? '', style: style ?? '' };
}
