import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../scripts/package/bundle.ts';
import { partsOf } from '../../scripts/package/gather.ts';
import { listedBundles } from './lambda/shared-bundles.ts';

let bundles: readonly Bundle[];
beforeAll(async () => void (bundles = await listedBundles()));

type Import = Metafile['outputs'][string]['imports'][number];

function output(...imports: [Import['kind'], string][]): Metafile['outputs'][string] {
  return { bytes: 1, inputs: {}, exports: [], imports: imports.map(([kind, path]) => ({ kind, path })) };
}

describe('what is gathered', () => {
  it('is everything that index.mjs imports, however far, and nothing that it imports later', () => {
    const outputs = {
      'dist/index.mjs': output(['import-statement', 'dist/chunk-A.mjs'], ['dynamic-import', 'dist/chunk-L.mjs']),
      'dist/chunk-A.mjs': output(['import-statement', 'dist/chunk-B.mjs'], ['import-statement', 'node:fs']),
      'dist/chunk-B.mjs': output(['import-statement', 'dist/chunk-A.mjs']),
      'dist/chunk-L.mjs': output(['import-statement', 'dist/chunk-M.mjs'], ['import-statement', 'dist/chunk-B.mjs']),
      'dist/chunk-M.mjs': output(),
    };
    expect(partsOf({ inputs: {}, outputs })).toEqual({
      eager: ['chunk-A.mjs', 'chunk-B.mjs', 'index.mjs'],
      lazy: ['chunk-L.mjs', 'chunk-M.mjs'],
    });
  });
});

it('a packaged function loads one file of its own at once, and what it may import later is there', () => {
  for (const { name, folder } of bundles) {
    const index = readFileSync(join(folder, 'index.mjs'), 'utf8');
    expect(index.match(/(?:from|import)\s*"\.\/[^"]+"/g) ?? [], name).toEqual([]);
    for (const file of readdirSync(folder).filter((one) => one.endsWith('.mjs'))) {
      const text = readFileSync(join(folder, file), 'utf8');
      for (const [, imported = ''] of text.matchAll(/(?:from|import\(|import)\s*"\.\/([^"]+\.mjs)"/g)) {
        expect(existsSync(join(folder, imported)), `${name}/${file}: ${imported}`).toBe(true);
      }
    }
  }
});
