import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundleFunctions, type Bundle } from '../../scripts/package/bundle.ts';
import { verifiedFile } from '../../scripts/package/config-file.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The stage that is packaged when none is named. */
export const stage = 'dev';

export type Resource = {
  Type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a template is walked, not trusted
  Properties: any;
  DeletionPolicy?: string;
};
export type PackagedTemplate = { Resources: { [id: string]: Resource }; Parameters?: { [id: string]: object } };
export type Packaged = { folder: string; bundles: readonly Bundle[]; template: PackagedTemplate; remove(): void };

/**
 * The project packaged as `npm run package` does it, in a folder of its own, with no network, no credentials, no environment.
 * `prepare` may change the folder's copies of nightshift.yaml and infra/ before that.
 */
export async function packaged(prepare: (folder: string) => void = () => {}): Promise<Packaged> {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-package-'));
  copyProject(folder);
  prepare(folder);
  const bundles = await bundleFunctions(root, join(folder, 'dist'), verifiedFile(root));
  await osls(folder, ['package']);
  const template = templateIn(folder);
  return { folder, bundles, template, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** All that packaging needs besides the bundles. */
export function copyProject(folder: string): void {
  for (const part of ['serverless.yml', 'nightshift.yaml', 'infra', 'package.json']) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
}

/** What the framework has written in this folder. */
export function templateIn(folder: string): PackagedTemplate {
  const text = readFileSync(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8');
  return JSON.parse(text) as PackagedTemplate;
}

/** The framework packages in seconds, and on a machine with forty others at work in minutes: this is for one that hangs. */
export const PACKAGING_MS = 900_000;

/** Runs the framework where there is no network, if this machine lets a process give its network up. */
export async function osls(folder: string, words: readonly string[]): Promise<string> {
  const program = join(dirname(createRequire(import.meta.url).resolve('serverless/package.json')), 'bin/serverless.js');
  const command = [process.execPath, program, ...words];
  const alone = spawnSync('unshare', ['-rn', 'true']).status === 0 ? ['unshare', '-rn'] : [];
  const [file = '', ...rest] = [...alone, ...command];
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, SLS_TELEMETRY_DISABLED: '1' };
  try {
    return (await promisify(execFile)(file, rest, { cwd: folder, env, timeout: PACKAGING_MS })).stdout;
  } catch (thrown) {
    const { stdout = '', stderr = '', killed } = thrown as { stdout?: string; stderr?: string; killed?: boolean };
    const why = killed === true ? `ended after ${PACKAGING_MS / 1000} s` : String(thrown);
    throw new Error(`${words.join(' ')}: ${why}\n${stdout}${stderr}`, { cause: thrown });
  }
}

/** The resources of one type, by logical id. */
export function ofType({ Resources }: PackagedTemplate, type: string): { [id: string]: Resource } {
  return Object.fromEntries(Object.entries(Resources).filter(([, resource]) => resource.Type === type));
}

export function propertiesOf({ Resources }: PackagedTemplate, id: string): Resource['Properties'] {
  const resource = Resources[id];
  if (!resource) throw new Error(`there is no ${id}`);
  return resource.Properties;
}

/** A copy in which one thing was changed. */
export function changed(template: PackagedTemplate, change: (copy: PackagedTemplate) => void): PackagedTemplate {
  const copy = structuredClone(template);
  change(copy);
  return copy;
}
