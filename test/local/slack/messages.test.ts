import { expect, test } from 'vitest';
import { CHANNEL, clientOf, startWorkspace, testOptions } from './workspace.ts';
import { startLocalSlack } from '../../../src/local/slack/start.ts';

const metadata = { event_type: 'nightshift_run', event_payload: { runId: 'health-1' } };

test('the official client knows who it is', async () => {
  const { client } = await startWorkspace();
  await expect(client.auth.test()).resolves.toMatchObject({ ok: true, team_id: 'T0SHOP', user_id: 'U0NIGHTSHIFT' });
});

test('a message is kept with its blocks and metadata and found again in the history', async () => {
  const { client, slack } = await startWorkspace();
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*shop-db* healthy' } }];
  const posted = await client.chat.postMessage({ channel: CHANNEL, text: 'healthy', blocks, metadata });
  const history = await client.conversations.history({ channel: CHANNEL, include_all_metadata: true });
  expect(history.messages?.[0]).toMatchObject({ ts: posted.ts, text: 'healthy', metadata, bot_id: 'B0NIGHTSHIFT' });
  expect(slack.messages('database-alerts')).toMatchObject([{ text: 'healthy', blocks, edits: 0 }]);
});

test('metadata is given only to who asks for it', async () => {
  const { client } = await startWorkspace();
  await client.chat.postMessage({ channel: CHANNEL, text: 'healthy', metadata });
  const history = await client.conversations.history({ channel: CHANNEL });
  expect(history.messages?.[0]?.metadata).toBeUndefined();
});

test('an update keeps what it does not name and counts as an edit', async () => {
  const { client, slack } = await startWorkspace();
  const blocks = [{ type: 'header', text: { type: 'plain_text', text: 'before' } }];
  const { ts } = await client.chat.postMessage({ channel: CHANNEL, text: 'before', blocks, metadata });
  await client.chat.update({ channel: CHANNEL, ts: ts ?? '', text: 'after' });
  expect(slack.messages()).toMatchObject([{ text: 'after', blocks, metadata, edits: 1 }]);
});

test("another author's message cannot be changed, an unknown one is not found", async () => {
  const { client, slack } = await startWorkspace();
  const { ts } = await slack.say('vera', CHANNEL, 'good night');
  await expect(client.chat.update({ channel: CHANNEL, ts, text: 'x' })).rejects.toThrow('cant_update_message');
  await expect(client.chat.update({ channel: CHANNEL, ts: '1.000001', text: 'x' })).rejects.toThrow(
    'message_not_found',
  );
  await expect(client.chat.postMessage({ channel: 'C0NOWHERE', text: 'x' })).rejects.toThrow('channel_not_found');
});

test('replies are in the thread, not in the history', async () => {
  const { client } = await startWorkspace();
  const { ts } = await client.chat.postMessage({ channel: CHANNEL, text: 'report' });
  await client.chat.postMessage({ channel: CHANNEL, text: 'details', thread_ts: ts ?? '' });
  const history = await client.conversations.history({ channel: CHANNEL });
  const thread = await client.conversations.replies({ channel: CHANNEL, ts: ts ?? '' });
  expect(history.messages?.map(({ text }) => text)).toEqual(['report']);
  expect(thread.messages?.map(({ text }) => text)).toEqual(['report', 'details']);
});

test('the history comes newest first and in pages', async () => {
  const { client } = await startWorkspace();
  for (const text of ['one', 'two', 'three']) await client.chat.postMessage({ channel: CHANNEL, text });
  const first = await client.conversations.history({ channel: CHANNEL, limit: 2 });
  const cursor = first.response_metadata?.next_cursor ?? '';
  const second = await client.conversations.history({ channel: CHANNEL, limit: 2, cursor });
  expect(first.messages?.map(({ text }) => text)).toEqual(['three', 'two']);
  expect(second.messages?.map(({ text }) => text)).toEqual(['one']);
});

test('an ephemeral message is seen by one person and is not in the history', async () => {
  const { client, slack } = await startWorkspace();
  await client.chat.postEphemeral({ channel: CHANNEL, user: 'U0EVE', text: 'you may not' });
  const history = await client.conversations.history({ channel: CHANNEL });
  expect(history.messages).toEqual([]);
  expect(slack.messages(CHANNEL)).toMatchObject([{ ephemeralFor: 'U0EVE', text: 'you may not' }]);
});

test('messages are still there after a restart on the same directory', async () => {
  const options = testOptions({});
  const first = await startLocalSlack(options);
  const { ts } = await clientOf(first).chat.postMessage({ channel: CHANNEL, text: 'kept', metadata });
  await first.stop();
  const { client } = await startWorkspace({ dataDir: options.dataDir });
  const history = await client.conversations.history({ channel: CHANNEL, include_all_metadata: true });
  expect(history.messages).toMatchObject([{ ts, text: 'kept', metadata }]);
});

test('a second process on the same directory is refused', async () => {
  const options = testOptions({});
  await startWorkspace({ dataDir: options.dataDir });
  await expect(startLocalSlack(options)).rejects.toThrow('another process already uses the local Slack');
});

test('a file is uploaded by the official client and shared in the thread', async () => {
  const { client, slack } = await startWorkspace();
  const { ts } = await client.chat.postMessage({ channel: CHANNEL, text: 'report' });
  const file = Buffer.from('pid,wait\n1,2\n');
  await client.filesUploadV2({ channel_id: CHANNEL, thread_ts: ts ?? '', filename: 'locks.csv', title: 'Locks', file });
  const shared = await slack.waitFor(({ files }) => files.length > 0);
  expect(shared).toMatchObject({
    threadTs: ts,
    files: [{ name: 'locks.csv', title: 'Locks', mimetype: 'text/csv', sizeBytes: 13 }],
  });
  const served = await fetch(`${slack.url}/files/${shared.files[0]?.id}`);
  expect(await served.text()).toBe('pid,wait\n1,2\n');
});

test('user groups name their members', async () => {
  const { client } = await startWorkspace();
  await expect(client.usergroups.users.list({ usergroup: 'S0DBA' })).resolves.toMatchObject({
    users: ['U0ADA', 'U0BEN'],
  });
  await expect(client.usergroups.list({ include_users: true })).resolves.toMatchObject({
    usergroups: [{ id: 'S0DBA', handle: 'dbas', users: ['U0ADA', 'U0BEN'] }],
  });
  await expect(client.usergroups.users.list({ usergroup: 'S0GONE' })).rejects.toThrow(/no_such_subteam/);
});

test('without a token nothing is answered, with a wrong one neither', async () => {
  const { slack } = await startWorkspace();
  const call = async (headers: Record<string, string>) =>
    (await fetch(`${slack.apiUrl}auth.test`, { method: 'POST', headers })).json();
  await expect(call({})).resolves.toEqual({ ok: false, error: 'not_authed' });
  await expect(call({ authorization: 'Bearer wrong' })).resolves.toEqual({ ok: false, error: 'invalid_auth' });
});
