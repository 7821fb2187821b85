import { expect, test } from 'vitest';
import { botScopes, slackManifest } from '../../../src/slack/manifest.ts';
import { diagnosed, fileOf, problemsOf } from './installed.ts';

const sentence = (words: RegExp): string => expect.stringMatching(words) as string;

test('a workspace as it should be gives no problem', async () => {
  const answers = await diagnosed({});
  expect(problemsOf(answers)).toEqual({});
  for (const id of [
    'token',
    'scopes',
    'signing-secret',
    'channel.production',
    'person.ada',
    'group.dbas',
    'manifest',
    'blocks',
  ]) {
    expect({ id, answer: answers[`slack.${id}`] }).toEqual({ id, answer: { ok: expect.any(String) as string } });
  }
  expect(answers['slack.blocks']).toEqual({ ok: 'report, incident, storm, plan, progress, outcome, home, modal' });
});

test('a missing scope is named, with where it is added', async () => {
  const scopes = botScopes.filter((scope) => scope !== 'usergroups:read');
  expect(problemsOf(await diagnosed({ slack: { app: { scopes } } }))).toEqual({
    'slack.scopes': {
      problem: 'the token lacks usergroups:read',
      fix: sentence(/Add usergroups:read .* install the app again/),
    },
  });
});

test('a token that was revoked is named alone, and never repeated', async () => {
  const answers = await diagnosed({ variables: { SLACK_BOT_TOKEN: 'xoxb-another-canary' } });
  expect(problemsOf(answers)).toEqual({
    'slack.token': {
      problem: 'Slack refuses the token: invalid_auth',
      fix: sentence(
        /aws ssm put-parameter --region eu-central-1 --type SecureString .*\/nightshift\/prod\/slack\/bot-token/,
      ),
    },
  });
  expect(answers['slack.scopes']).toEqual({ skipped: 'needs a token that works: see slack.token' });
  expect(JSON.stringify(answers)).not.toContain('canary');
});

test('a channel without the bot, one that is archived and one that does not exist', async () => {
  const channel = { id: 'C0DBALERTS', name: '#database-alerts' };
  const ask = async (channels: object[]) =>
    problemsOf(await diagnosed({ slack: { channels: channels as [typeof channel] } }))['slack.channel.production'];
  expect(await ask([{ ...channel, withoutBot: true }])).toEqual({
    problem: 'the bot is not in C0DBALERTS, so nothing can be posted there',
    fix: 'In Slack, in that channel: /invite @nightshift',
  });
  expect(await ask([{ ...channel, archived: true }])).toMatchObject({ problem: 'C0DBALERTS is archived' });
  expect(await ask([])).toMatchObject({
    problem: sentence(/no channel C0DBALERTS/),
    fix: sentence(/environments\.production\.channel/),
  });
});

test('a signing secret of the wrong shape is not repeated', async () => {
  const answers = await diagnosed({ variables: { SLACK_SIGNING_SECRET: 'xapp-canary' } });
  expect(problemsOf(answers)).toEqual({
    'slack.signing-secret': {
      problem: sentence(/^it is not 32 hex digits/),
      fix: sentence(/Basic Information.*signing-secret/),
    },
  });
  expect(JSON.stringify(answers)).not.toContain('canary');
});

test.each([
  ['an older verification token', 'abcdef0123456789abcdef01'],
  ['a secret that lost a digit', 'a'.repeat(31)],
  ['one of two', `${'a'.repeat(32)},${'B'.repeat(32)}`],
  ['none', ' , '],
])('%s is no signing secret', async (_what, secret) => {
  const answers = await diagnosed({ variables: { SLACK_SIGNING_SECRET: secret } });
  expect(Object.keys(problemsOf(answers))).toEqual(secret === ' , ' ? [] : ['slack.signing-secret']);
  expect(answers['slack.signing-secret']).not.toHaveProperty('ok');
});

test('two signing secrets at once are right, while one is replaced', async () => {
  const both = `${'a'.repeat(32)},${'b'.repeat(32)}`;
  const answers = await diagnosed({ variables: { SLACK_SIGNING_SECRET: both } });
  expect(answers['slack.signing-secret']).toEqual({ ok: '2 are valid at once' });
});

test('people and groups that Slack does not know', async () => {
  const file = fileOf();
  file.people['gone'] = { slack: 'U0GONE', roles: { '*': 'viewer' } };
  file.groups['gone'] = { slack: 'S0GONE', roles: { '*': 'viewer' } };
  expect(problemsOf(await diagnosed({ file }))).toEqual({
    'slack.person.gone': { problem: 'Slack knows nobody with the id U0GONE', fix: sentence(/people\.gone\.slack/) },
    'slack.group.gone': { problem: sentence(/S0GONE does not exist/), fix: sentence(/groups\.gone\.slack/) },
  });
});

test('an app that differs from its manifest', async () => {
  const manifest = slackManifest({ url: '', operations: [] });
  manifest.settings = { ...manifest.settings, interactivity: { is_enabled: false } };
  expect(problemsOf(await diagnosed({ slack: { app: { manifest } } }))).toEqual({
    'slack.manifest': {
      problem: 'it differs in features.slash_commands[0].usage_hint, settings.interactivity.is_enabled',
      fix: sentence(/npx nightshift manifest --url/),
    },
  });
});

test('without a configuration token the manifest is skipped, with how to get one', async () => {
  const answers = await diagnosed({ variables: { SLACK_CONFIG_TOKEN: undefined } });
  expect(answers['slack.manifest']).toEqual({
    skipped: 'needs an app configuration token',
    fix: sentence(/SLACK_CONFIG_TOKEN/),
  });
});
