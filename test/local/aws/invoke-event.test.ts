import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { invokeEvent } from '../../../src/local/aws/invoke-event.ts';
import { dataDirectory, project, startAws } from './fixture.ts';

const nowhere = (dataDir: string) => ({ root: project, stage: 'test', dataDir, say: () => undefined });

test('a running demo is asked through its Lambda API', async () => {
  const dataDir = dataDirectory();
  const aws = await startAws({ dataDir });
  expect(await invokeEvent(nowhere(dataDir), 'run', { ask: false })).toMatchObject({ answer: 'not asked' });
  expect(aws.durable.executions('nightshift-test-run')).toHaveLength(1);
  await expect(invokeEvent(nowhere(dataDir), 'slack', { fail: 'too far' })).rejects.toThrow('too far');
  await expect(invokeEvent(nowhere(dataDir), 'nobody', {})).rejects.toThrow(/no function nobody/);
});

test('without a demo the handler runs in this process', async () => {
  const lines: string[] = [];
  const place = { ...nowhere(dataDirectory()), say: (line: string) => void lines.push(line) };
  expect(await invokeEvent(place, 'slack', { a: 1 })).toMatchObject({ event: { a: 1 } });
  expect(lines).toEqual([expect.stringContaining('no demo is running')]);
});

test('the record that a killed demo left behind is not believed', async () => {
  const dataDir = dataDirectory();
  const stale = { url: 'http://127.0.0.1:1', functions: {} };
  writeFileSync(join(dataDir, 'lambda-endpoint.json'), JSON.stringify(stale));
  expect(await invokeEvent(nowhere(dataDir), 'slack', { a: 1 })).toMatchObject({ event: { a: 1 } });
});
