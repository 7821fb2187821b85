import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { tableDefinition, timeToLiveDefinition } from '../../src/state/table-definition.ts';

test('the deployed table has the keys, the billing and the ttl attribute that the code relies on', async () => {
  const text = await readFile(new URL('../../infra/serverless/storage.yml', import.meta.url), 'utf8');
  const { Resources } = parse(text, { logLevel: 'error' });
  expect(Resources.StateTable.Properties).toMatchObject({
    ...tableDefinition,
    TimeToLiveSpecification: timeToLiveDefinition,
  });
});
