import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { ASSETS } from '../../src/charts/assets.ts';
import type { Bundle } from './bundle.ts';
import { packagesIn } from './contents.ts';

/** The licence of the font goes where the font goes: https://openfontlicense.org */
const FONT_LICENCE = { name: 'inter-licence.txt', from: '@expo-google-fonts/inter/LICENSE_FONT' };

/** Lays what draws charts beside a bundle that draws some. */
export function copyAssets(bundle: Bundle): void {
  if (!packagesIn(bundle).includes('@resvg/resvg-wasm')) return;
  for (const { name, from } of [...Object.values(ASSETS), FONT_LICENCE]) {
    copyFileSync(createRequire(import.meta.url).resolve(from), join(bundle.folder, name));
  }
}
