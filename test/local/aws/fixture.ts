import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { startLocalAws, type LocalAws, type LocalAwsOptions } from '../../../src/local/aws/start.ts';
// Loaded before: on a busy machine that takes seconds, which would count as the time of the first call.
import './fixtures/project/handlers/echo.ts';
import './fixtures/project/handlers/read.ts';
import './fixtures/project/handlers/run.ts';

export const project = fileURLToPath(new URL('fixtures/project', import.meta.url));

export function dataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'local-aws-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The local AWS of this test alone, on the fixture's serverless.yml. */
export async function startAws(options: Partial<LocalAwsOptions> = {}): Promise<LocalAws> {
  const dataDir = options.dataDir ?? dataDirectory();
  const aws = await startLocalAws({
    root: project,
    stage: 'test',
    say: () => undefined,
    asyncRetryDelaysMs: [0, 0],
    ...options,
    dataDir,
  });
  onTestFinished(() => aws.stop());
  aws.begin();
  return aws;
}
