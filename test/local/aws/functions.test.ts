import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { localFunctions } from '../../../src/local/aws/functions.ts';
import { dataDirectory, project } from './fixture.ts';

test('names, timeouts and durable settings come from serverless.yml', () => {
  const { functions } = localFunctions(project, 'test');
  expect(
    [...functions.values()].map(({ name, timeoutSeconds, durable }) => ({ name, timeoutSeconds, durable })),
  ).toEqual([
    { name: 'nightshift-test-slack', timeoutSeconds: 5 },
    { name: 'nightshift-test-schedule', timeoutSeconds: 5 },
    { name: 'nightshift-test-alarm', timeoutSeconds: 5 },
    { name: 'nightshift-test-run', timeoutSeconds: 300, durable: { executionTimeoutSeconds: 3600, retentionDays: 30 } },
    { name: 'nightshift-test-read', timeoutSeconds: 2 },
  ]);
});

test('triggers come from serverless.yml and the files that it includes', () => {
  expect(localFunctions(project, 'test').sources).toEqual({
    schedules: [
      {
        name: 'nightly-test',
        functionName: 'nightshift-test-schedule',
        expression: 'cron(0 2 * * ? *)',
        timeZone: 'Europe/Berlin',
        input: { schedule: 'nightly', scheduledAt: '<aws.scheduler.scheduled-time>' },
      },
    ],
    rules: [
      {
        functionName: 'nightshift-test-alarm',
        pattern: { source: ['aws.cloudwatch'], detail: { state: { value: ['ALARM', 'OK'] } } },
      },
    ],
    topics: [{ functionName: 'nightshift-test-alarm', topics: ['alarms-test', 'AlarmTopic'] }],
    urls: ['nightshift-test-slack'],
  });
});

test('a missing include is named', () => {
  const root = dataDirectory();
  cpSync(project, root, { recursive: true });
  rmSync(join(root, 'infra'), { recursive: true });
  expect(() => localFunctions(root, 'test')).toThrow(/infra\/schedules.yml/);
});

test('a handler without a file is named', () => {
  const root = dataDirectory();
  cpSync(project, root, { recursive: true });
  rmSync(join(root, 'handlers/echo.ts'));
  expect(() => localFunctions(root, 'test')).toThrow(/handlers\/echo.ts/);
});
