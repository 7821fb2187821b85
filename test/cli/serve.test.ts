import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LocalSlack } from '../../src/local/slack/start.ts';
import { startLocalTable } from '../../src/local/table.ts';
import { openState } from '../../src/state/index.ts';
import { nowhere } from '../house.ts';
import { alarmToken, serverEnvironment, startSocketSlack } from '../serve-house.ts';
import { endServeProcesses, startServeProcess, type ServeProcess } from './serve-process.ts';

// Each starts the bot from its sources, some of them twice.
vi.setConfig({ testTimeout: 300_000 });

let folder: string;
let slack: LocalSlack;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nightshift-serve-'));
  slack = await startSocketSlack(join(folder, 'slack'), { messagePace: { burst: 100, perSecond: 100 } });
});
afterEach(async () => {
  await endServeProcesses();
  await slack.stop();
  rmSync(folder, { recursive: true, force: true });
});

const data = () => join(folder, 'data');
const serve = (more: Record<string, string> = {}, words: readonly string[] = []): ServeProcess =>
  startServeProcess(serverEnvironment(slack, { environment: { ...nowhere, ...more } }), ['--data', data(), ...words]);
const ask = async (text: string) => (await slack.command('omar', 'database-alerts', text)).ack;
const posted = () =>
  slack
    .messages()
    .filter(({ fromBot, threadTs, ephemeralFor }) => fromBot && threadTs === undefined && ephemeralFor === undefined);
const finished = /could not be looked at/;

describe('nightshift serve', () => {
  it('says when it is ready, answers, and ends in order with 0', async () => {
    const server = serve();
    await server.says(/ready in \d+\.\d s; data in .*; try \/db in Slack/);
    expect((await ask('/db')).text).toMatch(/2 targets: 2 unknown/);
    expect((await ask('/db health shop-db')).text).toMatch(/^On it: health shop-db/);
    await slack.waitFor(({ text }) => finished.test(text), 120_000);
    expect(await server.end('SIGTERM')).toBe(0);
    expect(server.said()).toMatch(/stopping\n[^]*stopped$/);
    expect(slack.sockets.count()).toBe(0);
    expect(statSync(data()).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(data())) expect(statSync(join(data(), name)).mode & 0o077, name).toBe(0);
  });

  it('ends in order with 0 on Ctrl-C too, and while it still waits for Slack', async () => {
    slack.faults.set({ outage: 'refuse' });
    const server = serve();
    await server.says(/waiting for Slack/);
    expect(await server.end('SIGINT')).toBe(0);
  });

  it('remembers in DynamoDB where it is told to', async () => {
    const table = await startLocalTable();
    try {
      const server = serve({ ...table.environment, NIGHTSHIFT_STATE: 'dynamodb' });
      await server.says(/ready/);
      await ask('/db health shop-db');
      const { metadata } = await slack.waitFor(({ text }) => finished.test(text), 120_000);
      expect(await server.end('SIGTERM')).toBe(0);
      expect(existsSync(join(data(), 'state.sqlite'))).toBe(false);
      Object.assign(process.env, table.environment);
      const state = openState({ tableName: table.environment['NIGHTSHIFT_TABLE'] ?? '' });
      expect(
        (await state.runs.recent('shop-db', 1)).map(({ runId }) => JSON.stringify(metadata).includes(runId)),
      ).toEqual([true]);
    } finally {
      await table.stop();
    }
  });

  it('refuses a second process on the same data, and says which file is taken', async () => {
    await serve().says(/ready/);
    const second = serve();
    expect(await second.ended()).toBe(3);
    expect(second.said()).toMatch(/state\.sqlite belongs to another running process; stop it first/);
  });

  it.each([
    ['SLACK_APP_TOKEN is not set', { SLACK_APP_TOKEN: '' }],
    ['SLACK_BOT_TOKEN is not set', { SLACK_BOT_TOKEN: '' }],
    ['SLACK_APP_TOKEN is a token that starts with xapp-', { SLACK_APP_TOKEN: 'xoxb-canary' }],
    ['Slack refuses SLACK_APP_TOKEN (invalid_auth)', { SLACK_APP_TOKEN: 'xapp-canary' }],
  ])('ends with 64 and what has to be mended: %s', async (words, variables) => {
    const server = serve(variables);
    expect(await server.ended()).toBe(64);
    expect(server.said()).toContain(words);
    expect(server.said()).not.toContain('canary');
  });

  it('listens for alarms only where it is told to, and ends when the address is taken', async () => {
    const first = serve({}, ['--listen', '127.0.0.1:0']);
    const address = /http:\/\/\S+/.exec(await first.says(/listening on/))?.[0] ?? '';
    await first.says(/ready/);
    expect(await (await fetch(`${address}/healthz`)).json()).toEqual({ status: 'ok' });
    const wrong = await fetch(`${address}/alarm`, { method: 'POST', body: '{}' });
    expect(wrong.status).toBe(401);
    const headers = { authorization: `Bearer ${alarmToken}` };
    expect((await fetch(`${address}/alarm`, { method: 'POST', body: '{}', headers })).status).toBe(200);
    const words = ['--data', join(folder, 'other'), '--listen', new URL(address).host];
    const second = startServeProcess(serverEnvironment(slack, { environment: nowhere }), words);
    expect(await second.ended()).toBe(3);
    expect(second.said()).toMatch(/cannot be listened on: EADDRINUSE/);
  });
});

describe('the launcher, as npx starts it,', () => {
  it('passes the end on, and with it the exit code', async () => {
    const server = startServeProcess(
      serverEnvironment(slack, { environment: nowhere }),
      ['--data', data()],
      'scripts/nightshift.mjs',
    );
    await server.says(/ready/);
    expect(await server.end('SIGTERM')).toBe(0);
    expect(server.said()).toMatch(/stopped$/);
  });
});

describe('a run of nightshift serve', () => {
  it('that was killed in the middle ends at the next start in exactly one finished message', async () => {
    const first = serve();
    await first.says(/ready/);
    // Nothing can be posted, so the run cannot have ended.
    slack.faults.set({ ratelimit: true });
    expect((await ask('/db health shop-db')).text).toMatch(/^On it/);
    expect(await first.end('SIGKILL')).toBeNull();
    expect(posted()).toEqual([]);
    slack.faults.set({ ratelimit: false });
    const second = serve();
    await second.says(/ready/);
    await slack.waitFor((message) => finished.test(message.text), 120_000);
    expect(await second.end('SIGTERM')).toBe(0);
    expect(posted()).toHaveLength(1);
    expect(posted()[0]?.text).toMatch(finished);
  });

  it('that waits for Slack when it is told to stop is finished at the next start', async () => {
    const first = serve();
    await first.says(/ready/);
    await ask('/db health shop-cache');
    slack.faults.set({ outage: true });
    expect(await first.end('SIGTERM')).toBe(0);
    slack.faults.set({ outage: false });
    const second = serve();
    await slack.waitFor((message) => finished.test(message.text), 120_000);
    expect(await second.end('SIGTERM')).toBe(0);
    expect(posted()).toHaveLength(1);
  });
});
