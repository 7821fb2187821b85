import { expect, test } from 'vitest';
import { CHANNEL, startWorkspace } from './workspace.ts';

const post = { channel: CHANNEL, text: 'report' };

test('a channel takes one message a second after a small burst, then answers 429 with Retry-After', async () => {
  let now = 1_790_000_000_000;
  const { client, slack } = await startWorkspace({ clock: () => now });
  for (let sent = 0; sent < 4; sent += 1) await client.chat.postMessage(post);
  await expect(client.chat.postMessage(post)).rejects.toMatchObject({
    code: 'slack_webapi_rate_limited_error',
    retryAfter: 1,
  });
  now += 1000;
  await expect(client.chat.postMessage(post)).resolves.toMatchObject({ ok: true });
  expect(slack.messages()).toHaveLength(5);
});

test('the pace of a channel can be set for tests with many messages', async () => {
  const { client, slack } = await startWorkspace({ messagePace: { burst: 100, perSecond: 100 } });
  await Promise.all(Array.from({ length: 50 }, () => client.chat.postMessage(post)));
  expect(new Set(slack.messages().map(({ ts }) => ts)).size).toBe(50);
});

test('with ratelimit on, every message is answered 429 until it is off', async () => {
  const { client, slack } = await startWorkspace();
  slack.faults.set({ ratelimit: true });
  await expect(client.chat.postMessage(post)).rejects.toMatchObject({ code: 'slack_webapi_rate_limited_error' });
  slack.faults.set({ ratelimit: false });
  await expect(client.chat.postMessage(post)).resolves.toMatchObject({ ok: true });
});

test('a lost answer breaks the connection although the message is stored', async () => {
  const { client, slack } = await startWorkspace();
  slack.faults.set({ loseAnswer: 1 });
  await expect(client.chat.postMessage(post)).rejects.toMatchObject({ code: 'slack_webapi_request_error' });
  await client.chat.postMessage({ ...post, text: 'second' });
  expect(slack.messages().map(({ text }) => text)).toEqual(['report', 'second']);
});

test('in an outage nothing is stored: HTTP 500, or no connection at all', async () => {
  const { client, slack } = await startWorkspace();
  slack.faults.set({ outage: true });
  await expect(client.chat.postMessage(post)).rejects.toMatchObject({
    code: 'slack_webapi_http_error',
    statusCode: 500,
  });
  slack.faults.set({ outage: 'refuse' });
  await expect(client.chat.postMessage(post)).rejects.toMatchObject({ code: 'slack_webapi_request_error' });
  slack.faults.set({ outage: false });
  expect(slack.messages()).toEqual([]);
  await expect(client.chat.postMessage(post)).resolves.toMatchObject({ ok: true });
});
