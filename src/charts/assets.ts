import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What charts need beside code: where it is in node_modules, and its name beside a bundle (scripts/package/assets.ts). */
export const ASSETS = {
  renderer: { name: 'resvg.wasm', from: '@resvg/resvg-wasm/index_bg.wasm' },
  regular: { name: 'inter-regular.ttf', from: '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf' },
  semibold: { name: 'inter-semibold.ttf', from: '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf' },
} as const;

/** The bytes of an asset, from beside this bundle or from its package. */
export function readAsset(asset: keyof typeof ASSETS): Uint8Array {
  const { name, from } = ASSETS[asset];
  const beside = fileURLToPath(new URL(`./${name}`, import.meta.url));
  return readFileSync(existsSync(beside) ? beside : fileURLToPath(import.meta.resolve(from)));
}
