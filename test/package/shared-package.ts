import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onceARun } from '../servers/once-a-run.ts';
import { listedBundles, sharedBundles } from './lambda/shared-bundles.ts';
import { copyProject, osls, templateIn, type Packaged } from './packaged.ts';

const TEMPLATE = 'template-as-packaged.json';

export type SharedPackage = Omit<Packaged, 'remove'>;

/** The project packaged as it is, once for all files of a test run; nobody may change what is in its folder. */
export async function sharedPackage(): Promise<SharedPackage> {
  const bundles = await listedBundles();
  const folder = await onceARun('package', async (made) => {
    copyProject(made);
    cpSync(await sharedBundles(), join(made, 'dist'), { recursive: true });
    await osls(made, ['package']);
    writeFileSync(join(made, TEMPLATE), JSON.stringify(templateIn(made)));
  });
  return { folder, bundles, template: JSON.parse(readFileSync(join(folder, TEMPLATE), 'utf8')) };
}
