import { WebClient } from '@slack/web-api';
import { expect, test } from 'vitest';
import { botScopes } from '../../../src/slack/manifest.ts';
import { CHANNEL, startWorkspace } from './workspace.ts';

test('says with its answers which scopes the token has', async () => {
  const scopes = async (app?: { scopes: string[] }) => {
    const { client } = await startWorkspace(app ? { app } : {});
    return (await client.auth.test()).response_metadata;
  };
  expect(await scopes()).toMatchObject({ scopes: [...botScopes] });
  expect(await scopes({ scopes: ['commands'] })).toMatchObject({ scopes: ['commands'] });
});

test('shows a channel without the bot, and does not let it read there', async () => {
  const { client } = await startWorkspace({
    channels: [{ id: CHANNEL, name: '#quiet', withoutBot: true, archived: true }],
  });
  expect((await client.conversations.info({ channel: CHANNEL })).channel).toMatchObject({
    is_member: false,
    is_archived: true,
  });
  await expect(client.conversations.history({ channel: CHANNEL })).rejects.toThrow(/not_in_channel/);
});

test('gives the manifest to a configuration token alone', async () => {
  const app = { configToken: 'xoxe-tests', manifest: { display_information: { name: 'Nightshift' } } };
  const { client, slack } = await startWorkspace({ app });
  const { bot } = await client.bots.info({ bot: 'B0NIGHTSHIFT' });
  const app_id = bot?.app_id ?? '';
  await expect(client.apps.manifest.export({ app_id })).rejects.toThrow(/invalid_auth/);
  const config = new WebClient('xoxe-tests', { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
  expect((await config.apps.manifest.export({ app_id })).manifest).toEqual(app.manifest);
  await expect(client.bots.info({ bot: 'B0NOBODY' })).rejects.toThrow(/bot_not_found/);
});
