import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Server } from '../src/app/serve/server.ts';
import type { Json } from '../src/core/json.ts';
import { channels, team, userGroups, users } from '../src/local/people.ts';
import { envelopeOf } from '../src/local/slack/socket/envelope.ts';
import { startLocalSlack, type LocalSlack } from '../src/local/slack/start.ts';
import { botToken, inSlack, root, signingSecret, withLateAnswers, type House, type HouseOptions } from './house.ts';
import { BUSY_MACHINE_MS } from './local/slack/workspace-options.ts';

export const appToken = 'xapp-canary-app-token';
export const alarmToken = 'canary-alarm-token-with-24-characters';

/** A workspace that speaks Socket Mode. */
export function startSocketSlack(dataDir: string, options: HouseOptions = {}): Promise<LocalSlack> {
  const pace = options.messagePace ? { messagePace: options.messagePace } : {};
  return startLocalSlack({
    botToken,
    signingSecret,
    appToken,
    team,
    users,
    channels,
    userGroups: options.userGroups ?? userGroups,
    dataDir,
    acknowledgeWithinMs: BUSY_MACHINE_MS,
    ...pace,
  });
}

/** What the server is given in its environment. */
export function serverEnvironment({ apiUrl }: LocalSlack, options: HouseOptions = {}): Record<string, string> {
  return {
    NIGHTSHIFT_CONFIG: options.configPath ?? join(root, 'nightshift.yaml'),
    NIGHTSHIFT_ALARM_TOKEN: alarmToken,
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
    SLACK_API_URL: apiUrl,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    ...options.environment,
  };
}

/** The same bot as one long-lived process: Socket Mode, the state in a file, no Lambda and no AWS. */
export async function startServerHouse(options: HouseOptions): Promise<House> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nightshift-server-'));
  const slack = await startSocketSlack(join(dataDir, 'slack'), options);
  Object.assign(process.env, serverEnvironment(slack, options));
  const { startServer } = await import('../src/app/serve/server.ts');
  const server = await startServer({
    dataDir: join(dataDir, 'server'),
    listen: { host: '127.0.0.1', port: 0 },
    say: () => {},
    asyncRetryDelaysMs: options.asyncRetryDelaysMs ?? [50, 50],
  });
  await server.slackReady;
  // The shipped config counts statements and watches who takes writes, also at the beginning, and says nothing of it.
  const runs = () =>
    server.durable.executions('nightshift-run').filter(({ input }) => !/hourly-statements|watch-writers/.test(input));
  return {
    ...inSlack(slack, runs),
    slack: withLateAnswers(slack),
    state: server.state,
    dataDir,
    runs,
    operations: (arn) => server.durable.operations(arn),
    call: (key, event) => (key === 'alarm' ? sendAlarm(server, event) : call(server, key, event)),
    knock: async (request) => slack.sockets.send(envelopeOf(request)),
    stateText: async () => textBelow(join(dataDir, 'server')),
    kill: (arn) => server.durable.stop(arn),
    settled: () => server.durable.idle(),
    async stop() {
      await server.stop();
      await slack.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function call({ durable }: Server, key: string, event: Json): Promise<Json> {
  return JSON.parse(await durable.call(`nightshift-${key}`, JSON.stringify(event))) as Json;
}

async function sendAlarm({ address }: Server, event: Json): Promise<Json> {
  const headers = { authorization: `Bearer ${alarmToken}`, 'content-type': 'application/json' };
  const answer = await fetch(`${address}/alarm`, { method: 'POST', headers, body: JSON.stringify(event) });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Json;
}

function textBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    .join('');
}
