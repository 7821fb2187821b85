import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documents } from '../generate/documents.ts';
import { bundleFunctions, type Bundle } from './bundle.ts';
import { packagedFile, verifiedFile } from './config-file.ts';

/** Why the project cannot be packaged as it stands, one line each; an empty list when it can. */
export function whyNotPackaged(root: string): string[] {
  const stale = documents(root)
    .filter(({ path }) => path.startsWith('infra/'))
    .filter(({ path, text }) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text);
  const config = packagedFile(root);
  const problems = 'problems' in config ? config.problems.map((problem) => `nightshift.yaml: ${problem}`) : [];
  const old = stale.map(({ path }) => `${path} is older than nightshift.yaml or the code: run npm run generate`);
  return [...problems, ...old];
}

/** Why this stage cannot be deployed, or undefined. */
export function whyNotDeployed(root: string, stage: string): string | undefined {
  const file = `infra/environment/deploy.${stage}.yml`;
  return existsSync(join(root, file))
    ? undefined
    : `${file} is missing: npx nightshift init --stage ${stage} writes it`;
}

/** The bundles of all functions in dist/, where serverless.yml looks for them. */
export async function bundleProject(root: string): Promise<Bundle[]> {
  return bundleFunctions(root, join(root, 'dist'), verifiedFile(root));
}
