import { expect, test } from 'vitest';
import { slackManifest } from '../../src/slack/manifest.ts';
import { catalogue } from './catalogue.ts';

const url = 'https://example.lambda-url.eu-central-1.on.aws/';
const manifest = slackManifest({ url, operations: catalogue.operations });

test('one command whose hint names every verb', () => {
  expect(manifest.features?.slash_commands).toHaveLength(1);
  expect(manifest.features?.slash_commands?.[0]).toMatchObject({
    command: '/db',
    url,
    usage_hint: '[help | fleet | health | slow | end | mute] [target]',
  });
});

test('asks for the history scopes, with which a lost answer is looked for', () => {
  expect(manifest.oauth_config?.scopes?.bot).toEqual(expect.arrayContaining(['channels:history', 'groups:history']));
});

test('sends everything to the one function, and needs no socket', () => {
  expect(manifest.settings).toMatchObject({
    event_subscriptions: { request_url: url },
    interactivity: { is_enabled: true, request_url: url },
    socket_mode_enabled: false,
  });
});

test('without an address everything comes through the socket, and nothing else differs', () => {
  const socket = slackManifest({ operations: catalogue.operations });
  expect(socket.settings).toMatchObject({ interactivity: { is_enabled: true }, socket_mode_enabled: true });
  expect(JSON.stringify(socket)).not.toMatch(/url/);
  const same = ({ features, oauth_config }: typeof socket) =>
    JSON.stringify({ features, oauth_config }).replace(`"url":"${url}",`, '');
  expect(same(socket)).toBe(same(manifest));
});
