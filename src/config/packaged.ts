import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.ts';
import { resolve } from './resolve.ts';
import type { NightshiftFile } from './schema.ts';

/** What packaging leaves beside a bundle: nightshift.yaml as it was verified, and the hash of its text. */
export type PackagedFile = { hash: string; file: NightshiftFile };

/** The name of that file. */
export const PACKAGED_FILE = 'nightshift.json';

/**
 * The config as packaging verified it; undefined where nothing was packaged, or where the environment names another file or
 * other addresses. It spares a cold start the reading of YAML and the verification.
 */
export function packagedConfig(variables: NodeJS.ProcessEnv = process.env): Config | undefined {
  if (variables['NIGHTSHIFT_CONFIG'] || variables['NIGHTSHIFT_ADDRESSES'] || variables['NIGHTSHIFT_BACKUPS_DIRECTORY'])
    return undefined;
  try {
    const text = readFileSync(fileURLToPath(new URL(`./${PACKAGED_FILE}`, import.meta.url)), 'utf8');
    const { hash, file } = JSON.parse(text) as PackagedFile;
    return resolve(file, hash, {});
  } catch {
    return undefined;
  }
}
