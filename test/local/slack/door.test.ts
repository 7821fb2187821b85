import { createHmac } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { sendEvent } from '../../../src/local/slack/door/events.ts';
import type { FunctionUrlEvent } from '../../../src/local/slack/door/function-url.ts';
import { openWorkspace } from '../../../src/local/slack/workspace.ts';
import { CHANNEL, SIGNING_SECRET, formOf, startWorkspace, testOptions } from './workspace.ts';
import type { Door } from './workspace.ts';

const never: Door = () => Promise.withResolvers<never>().promise;

function recording(answer: (count: number) => Awaited<ReturnType<Door>>): { door: Door; events: FunctionUrlEvent[] } {
  const events: FunctionUrlEvent[] = [];
  return { events, door: async (event) => answer(events.push(event)) };
}

test('a command arrives as a signed form in base64, as a function URL passes it on', async () => {
  const { door, events } = recording(() => ({ statusCode: 200, body: '' }));
  const { slack } = await startWorkspace({ door });
  await slack.command('omar', 'database-alerts', '/db health shop-db äß');
  const [event] = events;
  const raw = Buffer.from(event?.body ?? '', 'base64').toString('utf8');
  const base = `v0:${event?.headers['x-slack-request-timestamp']}:${raw}`;
  expect(event?.headers['x-slack-signature']).toBe(
    `v0=${createHmac('sha256', SIGNING_SECRET).update(base).digest('hex')}`,
  );
  const fields = Object.fromEntries(formOf(event as FunctionUrlEvent));
  const who = {
    user_id: 'U0OMAR',
    user_name: 'omar',
    channel_id: CHANNEL,
    channel_name: 'database-alerts',
    team_id: 'T0SHOP',
  };
  expect(fields).toMatchObject({ command: '/db', text: 'health shop-db äß', ...who });
});

test('a text in the acknowledgement is shown to the asking person only', async () => {
  const { slack } = await startWorkspace({ door: async () => ({ statusCode: 200, body: 'On it.' }) });
  await expect(slack.command('omar', CHANNEL, 'health')).resolves.toMatchObject({ ack: { text: 'On it.' } });
  expect(slack.messages()).toMatchObject([{ text: 'On it.', ephemeralFor: 'U0OMAR' }]);
});

test('an acknowledgement for the channel is seen by everyone', async () => {
  const body = JSON.stringify({ response_type: 'in_channel', text: 'The fleet' });
  const { slack } = await startWorkspace({ door: async () => ({ statusCode: 200, body }) });
  await slack.command('omar', CHANNEL, '/db');
  expect(slack.messages()[0]?.ephemeralFor).toBeUndefined();
});

test('an empty acknowledgement shows nothing', async () => {
  const { slack } = await startWorkspace();
  await expect(slack.command('omar', CHANNEL, '/db')).resolves.toEqual({ ack: {} });
  expect(slack.messages()).toEqual([]);
});

test.each<[string, Door]>([
  ['/db failed with the error "operation_timeout"', never],
  ['/db failed with the error "dispatch_failed"', async () => ({ statusCode: 500 })],
  ['/db failed with the error "dispatch_failed"', () => Promise.reject(new Error('init failed'))],
])('a failed acknowledgement is told in the words of Slack: %s', async (error, door) => {
  const { slack } = await startWorkspace({ door, acknowledgeWithinMs: 50 });
  await expect(slack.command('omar', CHANNEL, '/db')).resolves.toMatchObject({ ack: { error } });
  expect(slack.messages()).toMatchObject([{ text: error, user: 'USLACKBOT', ephemeralFor: 'U0OMAR' }]);
});

test('an event that fails is repeated three times with the number and the reason', async () => {
  const done = Promise.withResolvers<void>();
  const { door, events } = recording((count) => {
    if (count === 4) done.resolve();
    return { statusCode: 500 };
  });
  const { slack } = await startWorkspace({ door, eventRetryDelaysMs: [0, 1, 1] });
  await slack.openHome('vera');
  await done.promise;
  expect(events.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([undefined, '1', '2', '3']);
  expect(events[1]?.headers['x-slack-retry-reason']).toBe('http_error');
  expect(new Set(events.map(({ body }) => body)).size).toBe(1);
  expect(JSON.parse(events[0]?.body ?? '')).toMatchObject({
    type: 'event_callback',
    event: { type: 'app_home_opened', user: 'U0VERA' },
  });
});

test('an event that was too slow is repeated as a timeout, and not again once it is acknowledged', async () => {
  const second = Promise.withResolvers<FunctionUrlEvent>();
  let count = 0;
  const door: Door = (event) => {
    count += 1;
    if (count === 1) return never(event);
    second.resolve(event);
    return Promise.resolve({ statusCode: 200 });
  };
  const { slack } = await startWorkspace({ door, acknowledgeWithinMs: 20, eventRetryDelaysMs: [0, 0, 0] });
  await expect(slack.openHome('vera')).resolves.toMatchObject({ error: 'operation_timeout' });
  expect((await second.promise).headers['x-slack-retry-reason']).toBe('http_timeout');
});

test('X-Slack-No-Retry stops the repeats', async () => {
  const { door, events } = recording(() => ({ statusCode: 500, headers: { 'X-Slack-No-Retry': '1' } }));
  const workspace = openWorkspace(testOptions({ door, eventRetryDelaysMs: [0, 0, 0] }), () => '');
  onTestFinished(() => workspace.close());
  await expect(sendEvent(workspace, { type: 'app_home_opened' }).settled).resolves.toMatchObject({
    error: 'dispatch_failed',
  });
  expect(events).toHaveLength(1);
});

test('an event that is acknowledged is not repeated', async () => {
  const { door, events } = recording((count) => ({ statusCode: count === 2 ? 200 : 500 }));
  const workspace = openWorkspace(testOptions({ door, eventRetryDelaysMs: [0, 0, 0] }), () => '');
  onTestFinished(() => workspace.close());
  await expect(sendEvent(workspace, { type: 'app_home_opened' }).settled).resolves.toEqual({ body: '' });
  expect(events).toHaveLength(2);
});

test('a mention of the bot is an event, another message is not', async () => {
  const { door, events } = recording(() => ({ statusCode: 200 }));
  const { slack } = await startWorkspace({ door });
  await slack.say('vera', CHANNEL, 'anyone awake?');
  await slack.say('vera', CHANNEL, '<@U0NIGHTSHIFT> health');
  expect(events.map(({ body }) => JSON.parse(body) as object)).toMatchObject([
    { event: { type: 'app_mention', user: 'U0VERA' } },
  ]);
});
