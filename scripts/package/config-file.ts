import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgresChecks, redisChecks } from '../../src/checks/index.ts';
import { readDocument } from '../../src/config/document.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { PackagedFile } from '../../src/config/packaged.ts';
import { problemText } from '../../src/config/problems.ts';
import { NightshiftFile } from '../../src/config/schema.ts';
import { operations } from '../../src/operations/index.ts';

/** nightshift.yaml, verified, as bundles read it; or every problem of it. */
export function packagedFile(root: string): PackagedFile | { problems: string[] } {
  const path = join(root, 'nightshift.yaml');
  const loaded = loadConfig(path, { checks: [...postgresChecks, ...redisChecks], operations });
  if ('problems' in loaded) return { problems: loaded.problems.map(problemText) };
  const text = readFileSync(path, 'utf8');
  const document = readDocument(text);
  if ('problems' in document) return { problems: document.problems.map(problemText) };
  const hash = createHash('sha256').update(text).digest('hex');
  return { hash, file: NightshiftFile.parse(document.value) };
}

/** The same for whoever cannot go on without it: throws with every problem, one a line. */
export function verifiedFile(root: string): PackagedFile {
  const config = packagedFile(root);
  if ('problems' in config) throw new Error(config.problems.join('\n'));
  return config;
}
