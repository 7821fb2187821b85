import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { build } from 'esbuild';
import { Fault } from '../../core/errors.ts';
import type { ConsoleFiles } from './http/console-routes.ts';

const TYPES: { readonly [ending: string]: string } = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** Builds the console in memory; a fault in its sources stops the start, with the place of the fault. */
export async function bundleConsole(): Promise<ConsoleFiles> {
  const folder = join(import.meta.dirname, 'console');
  const [content, icon] = await Promise.all(
    ['index.html', 'pictures/moon.svg'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  const { outputFiles } = await build({
    entryPoints: { console: join(folder, 'main.tsx') },
    outdir: folder,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.woff2': 'file', '.svg': 'dataurl' },
    assetNames: '[name]',
    logLevel: 'silent',
  }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('bug', `the console cannot be built: ${why}`, { cause });
  });
  const page = { type: 'text/html; charset=utf-8', content: content ?? '' };
  const moon = { type: 'image/svg+xml', content: icon ?? '' };
  const built = outputFiles.map(({ path, contents }) => {
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    return [`/${basename(path)}`, { type, content: contents }] as const;
  });
  return new Map<string, { type: string; content: string | Uint8Array }>([
    ['/', page],
    ['/gallery', page],
    ['/moon.svg', moon],
    ...built,
  ]);
}
