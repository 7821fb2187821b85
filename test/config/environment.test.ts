import { expect, test } from 'vitest';
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
