import { expect, test } from 'vitest';
import type { FunctionUrlEvent } from '../../../src/local/slack/door/function-url.ts';
import { startLocalSlack } from '../../../src/local/slack/start.ts';
import { CHANNEL, formOf, payloadOf, silentDoor, startWorkspace, testOptions } from './workspace.ts';
import type { Door } from './workspace.ts';

const HALF_AN_HOUR_MS = 30 * 60_000;
const button = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } };
const blocks = [{ type: 'actions', elements: [button] }];

function listening() {
  const urls: string[] = [];
  const door: Door = async (event: FunctionUrlEvent) => {
    urls.push(formOf(event).get('response_url') ?? String(payloadOf(event)['response_url']));
    return { statusCode: 200, body: '' };
  };
  return { door, urls };
}

/** What an answer met: the HTTP status, and Slack's error if there was one. */
async function answer(url: string | undefined, body: object): Promise<[number, string?]> {
  const response = await fetch(url ?? '', { method: 'POST', body: JSON.stringify(body) });
  const { error } = (await response.json()) as { error?: string };
  return error === undefined ? [response.status] : [response.status, error];
}

async function afterCommand(clock: () => number = Date.now) {
  const { door, urls } = listening();
  const { slack } = await startWorkspace({ door, clock });
  await slack.command('omar', CHANNEL, '/db health');
  return { slack, url: urls[0] };
}

async function afterClick() {
  const { door, urls } = listening();
  const { slack, client } = await startWorkspace({ door });
  const { ts } = await client.chat.postMessage({ channel: CHANNEL, text: 'plan', blocks });
  await slack.click({ user: 'ada', messageTs: ts ?? '', actionId: 'go' });
  return { slack, url: urls[0], ts };
}

test('an answer is for the person alone, in_channel for everybody', async () => {
  const { slack, url } = await afterCommand();
  expect(await answer(url, { text: 'for you' })).toEqual([200]);
  expect(await answer(url, { text: 'for all', response_type: 'in_channel' })).toEqual([200]);
  expect(slack.messages().map(({ ephemeralFor }) => ephemeralFor)).toEqual(['U0OMAR', undefined]);
});

test('the sixth answer is refused; one that Slack refused did not count', async () => {
  const { url } = await afterCommand();
  expect(await answer(url, { blocks: [{ type: 'hologram' }] })).toEqual([404, 'invalid_blocks']);
  for (let use = 1; use <= 5; use += 1) expect(await answer(url, { text: `${use}` })).toEqual([200]);
  expect(await answer(url, { text: '6' })).toEqual([404, 'used_url']);
});

test('edits and deletions count as answers', async () => {
  const { url, slack } = await afterClick();
  for (let use = 1; use <= 4; use += 1)
    expect(await answer(url, { replace_original: true, text: `${use}` })).toEqual([200]);
  expect(await answer(url, { delete_original: true })).toEqual([200]);
  expect(await answer(url, { text: 'once more' })).toEqual([404, 'used_url']);
  expect(slack.messages()).toEqual([]);
});

test('half an hour is the end, to the millisecond', async () => {
  let now = 1_790_000_000_000;
  const { url } = await afterCommand(() => now);
  now += HALF_AN_HOUR_MS;
  expect(await answer(url, { text: 'in time' })).toEqual([200]);
  now += 1;
  expect(await answer(url, { text: 'too late' })).toEqual([404, 'expired_url']);
});

test('what one person sees can be replaced, but not made public', async () => {
  const { door, urls } = listening();
  const { slack, client } = await startWorkspace({ door });
  await client.chat.postEphemeral({ channel: CHANNEL, user: 'U0ADA', text: 'only you', blocks });
  const [message] = slack.messages();
  await slack.click({ user: 'ada', messageTs: message?.ts ?? '', actionId: 'go' });
  expect(await answer(urls[0], { replace_original: true, response_type: 'in_channel', text: 'done' })).toEqual([200]);
  expect(slack.messages()).toMatchObject([{ text: 'done', ephemeralFor: 'U0ADA' }]);
  expect(await answer(urls[0], { delete_original: true })).toEqual([200]);
  expect(slack.messages()).toEqual([]);
});

test('a click leaves the message alone unless it is told to replace it', async () => {
  const { slack, url } = await afterClick();
  await answer(url, { text: 'noted' });
  expect(slack.messages().map(({ text, ephemeralFor }) => [text, ephemeralFor])).toEqual([
    ['plan', undefined],
    ['noted', 'U0ADA'],
  ]);
});

test('the uses are remembered over a restart', async () => {
  const { door, urls } = listening();
  const options = testOptions({ door });
  const first = await startLocalSlack(options);
  await first.command('omar', CHANNEL, '/db health');
  for (let use = 1; use <= 5; use += 1) await answer(urls[0], { text: `${use}` });
  await first.stop();
  const { slack } = await startWorkspace({ dataDir: options.dataDir, door: silentDoor });
  const path = new URL(urls[0] ?? '').pathname;
  expect(await answer(`${slack.url}${path}`, { text: '6' })).toEqual([404, 'used_url']);
});
