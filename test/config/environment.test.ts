import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { environmentSecret, readEnvironment } from '../../src/config/environment.ts';
import { Fault } from '../../src/core/errors.ts';

test('nothing set means the file beside the code and no Slack', () => {
  const environment = readEnvironment({});
  expect(environment.configPath).toMatch(/\/nightshift\.yaml$/);
  expect(environment).toMatchObject({ addresses: {}, table: 'nightshift', slackSigningSecrets: [] });
  expect(environment).not.toHaveProperty('slackBotToken');
});

test('a bundle finds its file in the folder that Lambda names', () => {
  expect(readEnvironment({ LAMBDA_TASK_ROOT: '/var/task' }).configPath).toBe('/var/task/nightshift.yaml');
});

test('signing secrets are separated by commas while one replaces another', () => {
  expect(readEnvironment({ SLACK_SIGNING_SECRET: 'new, old' }).slackSigningSecrets).toEqual(['new', 'old']);
});

test('an empty variable counts as not set', () => {
  expect(readEnvironment({ SLACK_BOT_TOKEN: '', NIGHTSHIFT_TABLE: '' })).toMatchObject({ table: 'nightshift' });
  expect(environmentSecret('SECRET', { SECRET: '' })).toBeUndefined();
  expect(environmentSecret('SECRET', { SECRET: 'kept' })).toBe('kept');
});

test('wrong variables are all named and none is repeated', () => {
  const variables = { NIGHTSHIFT_ADDRESSES: 'canary', SLACK_BOT_TOKEN: 'canary', NIGHTSHIFT_FUNCTION_PREFIX: 'canary' };
  expect(() => readEnvironment(variables)).toThrow(Fault);
  expect(() => readEnvironment(variables)).toThrow(/NIGHTSHIFT_ADDRESSES.*NIGHTSHIFT_FUNCTION_PREFIX.*SLACK_BOT_TOKEN/);
  expect(() => readEnvironment(variables)).not.toThrow(/canary/);
});

test('the server remembers in a file unless DynamoDB is asked for', () => {
  expect(readEnvironment({}).serverState).toBe('sqlite');
  expect(readEnvironment({ NIGHTSHIFT_STATE: 'dynamodb' }).serverState).toBe('dynamodb');
  expect(() => readEnvironment({ NIGHTSHIFT_STATE: 'canary' })).toThrow(/NIGHTSHIFT_STATE is sqlite or dynamodb/);
});

test('the role that is assumed for failovers is the ARN of a role', () => {
  const role = 'arn:aws:iam::123456789012:role/nightshift-prod-failover';
  expect(readEnvironment({ NIGHTSHIFT_FAILOVER_ROLE_ARN: role }).failoverRole).toBe(role);
  expect(readEnvironment({})).not.toHaveProperty('failoverRole');
  const wrong = { NIGHTSHIFT_FAILOVER_ROLE_ARN: 'canary' };
  expect(() => readEnvironment(wrong)).toThrow(/NIGHTSHIFT_FAILOVER_ROLE_ARN is the ARN of a role/);
});

test('an app token and an alarm token are what they have to be', () => {
  const variables = { SLACK_APP_TOKEN: 'xoxb-canary', NIGHTSHIFT_ALARM_TOKEN: 'canary' };
  expect(() => readEnvironment(variables)).toThrow(/SLACK_APP_TOKEN.*xapp-.*NIGHTSHIFT_ALARM_TOKEN has 24 characters/);
  expect(() => readEnvironment(variables)).not.toThrow(/canary/);
});

test('a secret may be a credential of the service manager; a variable counts before it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-credentials-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'SLACK_BOT_TOKEN'), 'xoxb-file\n');
  writeFileSync(join(folder, 'DB_PASSWORD'), 'from-file\n');
  writeFileSync(join(folder, 'nightshift_OTHER_PASSWORD'), 'from-folder\n');
  const variables = { CREDENTIALS_DIRECTORY: folder };
  expect(readEnvironment(variables).slackBotToken).toBe('xoxb-file');
  expect(readEnvironment({ ...variables, SLACK_BOT_TOKEN: 'xoxb-variable' }).slackBotToken).toBe('xoxb-variable');
  expect(environmentSecret('DB_PASSWORD', variables)).toBe('from-file');
  expect(environmentSecret('../DB_PASSWORD', variables)).toBeUndefined();
  expect(environmentSecret('OTHER_PASSWORD', variables)).toBe('from-folder');
  expect(environmentSecret('OTHER', variables)).toBeUndefined();
});
