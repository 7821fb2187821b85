import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
  osls(folder, ['package']);
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

/** Runs the framework where there is no network, if this machine lets a process give its network up. */
export function osls(folder: string, words: readonly string[]): string {
  const program = join(dirname(createRequire(import.meta.url).resolve('serverless/package.json')), 'bin/serverless.js');
  const command = [process.execPath, program, ...words];
  const alone = spawnSync('unshare', ['-rn', 'true']).status === 0 ? ['unshare', '-rn'] : [];
  const [file = '', ...rest] = [...alone, ...command];
  const environment = { PATH: process.env['PATH'] ?? '', HOME: folder, SLS_TELEMETRY_DISABLED: '1' };
  const done = spawnSync(file, rest, { cwd: folder, env: environment, encoding: 'utf8', timeout: 240_000 });
  if (done.status !== 0) throw new Error(`${words.join(' ')}: ${done.stdout}${done.stderr}`);
  return done.stdout;
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
