import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { serverFunctions } from '../../../src/app/serve/functions.ts';
import { controlWith } from '../../../src/app/control.ts';
import { knowledge } from '../../../src/app/knowledge.ts';
import { openState } from '../../../src/state/index.ts';
import { memoryTable } from '../memory-table.ts';
import { nowhere, root } from '../../house.ts';

it('has the limits of the deployed functions', async () => {
  Object.assign(process.env, nowhere, { SLACK_BOT_TOKEN: 'xoxb-canary' });
  const runs = { start: async () => '', startNamed: async () => {}, wake: async () => {} };
  const state = openState(memoryTable(Date.now));
  const control = controlWith('serve', await knowledge(), state, () => []);
  const functions = serverFunctions({ control, runs });
  const { functions: deployed, provider } = parse(readFileSync(join(root, 'serverless.yml'), 'utf8'), {
    logLevel: 'error',
  });
  for (const key of ['run', 'read', 'act', 'prune', 'schedule', 'alarm']) {
    const here = functions.get(`nightshift-${key}`);
    expect(here?.timeoutSeconds, key).toBe(deployed[key].timeout ?? provider.timeout);
    const { executionTimeout, retentionPeriodInDays } = deployed[key].durableConfig ?? {};
    expect(here?.durable?.executionTimeoutSeconds, key).toBe(executionTimeout);
    expect(here?.durable?.retentionDays, key).toBe(retentionPeriodInDays);
  }
});
