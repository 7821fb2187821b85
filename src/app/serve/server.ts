import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../config/environment.ts';
import { Fault } from '../../core/errors.ts';
import { openDurable, type Durable } from '../../runtime/durable/open.ts';
import { createSocketDoor, type SocketDoor } from '../../slack/socket-door.ts';
import { createBucketArchive, createDirectoryArchive, type AuditArchive } from '../../state/audit-archive.ts';
import { openState, type State } from '../../state/index.ts';
import { openSqliteTable } from '../../state/sqlite-table.ts';
import { controlWith, type Control } from '../control.ts';
import type { Behind } from '../behind-the-door.ts';
import { knowledge, type Knowledge } from '../knowledge.ts';
import { connection, doorAnswers } from '../slack-door.ts';
import { knownSlackSecrets, slackBotToken } from '../slack-secrets.ts';
import { ALARM_FUNCTION, serverFunctions } from './functions.ts';
import { openHttpDoor, type HttpDoor, type Listen } from './http-door.ts';
import { runsInProcess } from './runs.ts';
import { startSchedules } from './schedules.ts';

export type ServerOptions = {
  /** Made when missing, for this user only; one process at a time. */
  dataDir: string;
  /** Off when absent. */
  listen?: Listen;
  /** Told what a person who watches the start wants to know, in one line each. */
  say(line: string): void;
  /** Pauses before the second and third attempt of a due job. */
  asyncRetryDelaysMs?: readonly number[];
};

/** The whole bot in one process, without Lambda. */
export type Server = {
  durable: Durable;
  state: State;
  /** Where alarms are taken, if anywhere. */
  address?: string;
  /** Resolves when Slack can be heard, however long that takes; throws `permission_denied` when it refuses the token. */
  slackReady: Promise<void>;
  /** Takes no more work, lets steps end for some seconds, and closes; what was cut off goes on at the next start. */
  stop(): Promise<void>;
};

/** Lambda waits one and two minutes before it tries an event again. */
const ASYNC_RETRY_DELAYS_MS = [60_000, 120_000];
const STEPS_END_WITHIN_MS = 5_000;

/**
 * Starts the bot: goes on with what an earlier process left, starts the schedules, connects to Slack. Throws `invalid_request`
 * for a config or an environment that a person has to mend, `conflict` when another process has the data or the address.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const known = await knowledge();
  const { environment } = known;
  const appToken = appTokenOf(environment);
  // Asked for once before anything is opened: a server that cannot speak is no use.
  await slackBotToken();
  const stops: (() => Promise<void>)[] = [];
  const stop = () => stopAll(stops, options.say);
  try {
    const { behind, durable } = openData(options, known, stops);
    const { control } = behind;
    const slack = createSocketDoor({
      ...connection(environment),
      ...doorAnswers(control, async () => behind, control.log),
      appToken,
    });
    stops.push(() => slack.close());
    const http = await listen(options, control, { durable, slack });
    if (http) stops.push(() => http.close());
    durable.recover();
    const stopSchedules = startSchedules(control.config.schedules, { durable, log: control.log });
    stops.push(async () => stopSchedules());
    const slackReady = slack.open();
    return { durable, state: control.state, ...(http ? { address: http.address } : {}), slackReady, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

function appTokenOf({ slackAppToken }: Environment): string {
  if (slackAppToken !== undefined) return slackAppToken;
  throw new Fault('invalid_request', 'The environment variable SLACK_APP_TOKEN is not set.');
}

function openData(
  { dataDir, asyncRetryDelaysMs = ASYNC_RETRY_DELAYS_MS }: ServerOptions,
  known: Knowledge,
  stops: (() => Promise<void>)[],
): { behind: Behind; durable: Durable } {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const state = openServerState(known.environment, dataDir, stops);
  // Runs are started by what the durable functions are made of, so each needs the other.
  const opened: { durable?: Durable } = {};
  const runs = runsInProcess(() => {
    if (opened.durable) return opened.durable;
    throw new Fault('bug', 'a run was started before the server was open');
  });
  const behind = { control: controlWith('serve', known, state, () => secretsOf(known.environment)), runs };
  const functions = serverFunctions(behind, archiveOf(known.environment, dataDir));
  const durable = openDurable({ path: join(dataDir, 'runs.sqlite'), functions, asyncRetryDelaysMs });
  opened.durable = durable;
  stops.push(() => durable.close(STEPS_END_WITHIN_MS));
  return { behind, durable };
}

/** What must not be in a log: what Slack is spoken to with, and what senders of alarms show. */
function secretsOf({ slackAppToken, alarmToken }: Environment): string[] {
  return [...knownSlackSecrets(), slackAppToken, alarmToken].filter((secret) => secret !== undefined);
}

function archiveOf({ auditBucket: bucket, region }: Environment, dataDir: string): AuditArchive {
  return bucket === undefined
    ? createDirectoryArchive(join(dataDir, 'audit'))
    : createBucketArchive({ bucket, region });
}

function openServerState(environment: Environment, dataDir: string, stops: (() => Promise<void>)[]): State {
  const { serverState, table: tableName, region } = environment;
  if (serverState === 'dynamodb') return openState({ tableName, ...(region === undefined ? {} : { region }) });
  const table = openSqliteTable({ path: join(dataDir, 'state.sqlite') });
  stops.push(async () => table.close());
  return openState(table);
}

async function listen(
  options: ServerOptions,
  { environment }: Control,
  { durable, slack }: { durable: Durable; slack: SocketDoor },
): Promise<HttpDoor | undefined> {
  if (options.listen === undefined) return undefined;
  return openHttpDoor({
    listen: options.listen,
    alarmToken: environment.alarmToken,
    handleAlarm: (event) => durable.call(ALARM_FUNCTION, event),
    problem: () => (slack.connections() > 0 ? undefined : 'no connection to Slack'),
  });
}

/** In reverse order; one that fails does not keep the others from being stopped. */
async function stopAll(stops: (() => Promise<void>)[], say: (line: string) => void): Promise<void> {
  for (const stop of stops.splice(0).toReversed()) {
    await stop().catch((thrown: unknown) => say(`while stopping: ${String(thrown)}`));
  }
}
