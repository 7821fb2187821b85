import { request } from 'node:http';
import { expect, test } from 'vitest';
import type { DrillSwitch } from '../../../src/local/slack/options.ts';
import type { LocalSlack } from '../../../src/local/slack/start.ts';
import { CHANNEL, startWorkspace } from './workspace.ts';

async function call(slack: LocalSlack, path: string, body?: object, headers: Record<string, string> = {}) {
  const init = body ? { method: 'POST', body: JSON.stringify(body), headers } : { headers };
  const response = await fetch(`${slack.url}${path}`, init);
  return { status: response.status, body: await response.json() };
}

test('a command is given and its answer read over HTTP', async () => {
  const { slack } = await startWorkspace({ door: async () => ({ statusCode: 200, body: 'On it.' }) });
  const answer = await call(slack, '/api/command', { user: 'omar', channel: CHANNEL, text: '/db health' });
  expect(answer).toMatchObject({ status: 200, body: { ack: { text: 'On it.' } } });
  const messages = await call(slack, '/api/messages?channel=database-alerts');
  expect(messages.body).toMatchObject({ messages: [{ text: 'On it.', ephemeralFor: 'U0OMAR' }] });
});

test('unknown people, channels and calls are told', async () => {
  const { slack } = await startWorkspace();
  const command = { user: 'nobody', channel: CHANNEL, text: '/db' };
  expect(await call(slack, '/api/command', command)).toEqual({ status: 400, body: { error: 'no user nobody' } });
  expect(await call(slack, '/api/command', { user: 'omar' })).toEqual({
    status: 400,
    body: { error: 'the body needs "channel"' },
  });
  expect(await call(slack, '/api/messages?channel=nowhere')).toEqual({
    status: 400,
    body: { error: 'no channel nowhere' },
  });
  expect((await call(slack, '/api/nothing')).status).toBe(404);
});

test('drills are switched and shown in the status', async () => {
  let on = false;
  const drill: DrillSwitch = {
    name: 'stop-primary',
    title: 'Stop the primary',
    what: 'Stops shop-db-1.',
    on: async () => void (on = true),
    off: async () => void (on = false),
    isOn: () => on,
  };
  const { slack } = await startWorkspace({ drills: [drill], status: async () => ({ 'shop-db-1': 'up' }) });
  expect((await call(slack, '/api/drill/stop-primary', { on: true })).body).toEqual({ name: 'stop-primary', on: true });
  expect((await call(slack, '/api/status')).body).toMatchObject({
    drills: [{ name: 'stop-primary', title: 'Stop the primary', on: true }],
    fleet: { 'shop-db-1': 'up' },
  });
  expect((await call(slack, '/api/drill/other', { on: true })).body).toEqual({ error: 'no drill other' });
});

test('a recorded event is fired by name, an unknown one is not', async () => {
  const fired: string[] = [];
  const events = [{ name: 'alarm-lag', title: 'Replica lag' }];
  const { slack } = await startWorkspace({ events, sendEvent: async (name) => void fired.push(name) });
  expect((await call(slack, '/api/event', { name: 'alarm-lag' })).status).toBe(200);
  expect((await call(slack, '/api/event', { name: '../secrets' })).status).toBe(400);
  expect(fired).toEqual(['alarm-lag']);
});

test('faults are switched over HTTP', async () => {
  const { slack } = await startWorkspace();
  expect((await call(slack, '/api/faults', { outage: true, loseAnswer: 2 })).body).toMatchObject({
    outage: 'error',
    loseAnswer: 2,
  });
  expect(slack.faults.now().outage).toBe('error');
});

test('changes are streamed as they happen', async () => {
  const { client, slack } = await startWorkspace();
  const stream = await fetch(`${slack.url}/api/stream`);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  await reader?.read();
  await client.chat.postMessage({ channel: CHANNEL, text: 'report' });
  const { value } = (await reader?.read()) ?? {};
  expect(JSON.parse(value?.replace('data: ', '') ?? '')).toMatchObject({
    kind: 'message',
    message: { text: 'report' },
  });
  await reader?.cancel();
});

test('a page of another origin cannot give commands, a program can', async () => {
  const { slack } = await startWorkspace();
  const command = { user: 'omar', channel: CHANNEL, text: '/db' };
  expect((await call(slack, '/api/command', command, { origin: 'https://example.com' })).status).toBe(403);
  expect((await call(slack, '/api/command', command, { origin: slack.url })).status).toBe(200);
  expect((await call(slack, '/api/command', command)).status).toBe(200);
});

test('a name that was rebound to this machine is refused', async () => {
  const { slack } = await startWorkspace();
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const headers = { host: 'rebound.example.com' };
  request(`${slack.url}/api/status`, { headers }, (response) => resolve(response.resume().statusCode)).end();
  expect(await promise).toBe(403);
});

test('the port that is asked for is taken when it is free, another one when not', async () => {
  const first = await startWorkspace();
  const port = Number(new URL(first.slack.url).port);
  const second = await startWorkspace({ port });
  expect(second.slack.url).not.toBe(first.slack.url);
});

test('the console is one page with its script and style', async () => {
  const { slack } = await startWorkspace();
  const [page, script, style] = await Promise.all(
    ['/', '/console.js', '/console.css'].map((path) => fetch(`${slack.url}${path}`)),
  );
  expect(page?.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect([page?.status, script?.status, style?.status]).toEqual([200, 200, 200]);
});
