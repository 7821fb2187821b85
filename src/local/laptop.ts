import { createWriteStream, mkdirSync } from 'node:fs';
import { Console } from 'node:console';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock, type Clock } from '../runtime/clock.ts';
import { startLocalAws, type LocalAws } from './aws/start.ts';
import { createDrills } from './drills/index.ts';
import { freshEvent, sampleEvents } from './events.ts';
import { startFleet, type Fleet } from './fleet/index.ts';
import { channels, team, userGroups, users } from './people.ts';
import type { FunctionUrlResult } from './slack/door/function-url.ts';
import { startLocalSlack, type LocalSlack } from './slack/start.ts';
import { startLocalTable } from './table.ts';

/** Everything on one machine: the fleet, the state table, Lambda and Slack, with the deployed handlers in between. */
export type Laptop = { fleet: Fleet; aws: LocalAws; slack: LocalSlack; logPath: string; stop(): Promise<void> };

export type LaptopOptions = {
  /** Where the project is. */
  root: string;
  dataDir: string;
  say(line: string): void;
  port?: number;
  /** That of Lambda's waits and of the schedules; the machine's when absent. */
  clock?: Clock;
  /** How long Slack waits for the bot; as long as it does when absent. */
  acknowledgeWithinMs?: number;
};

/** With whose rights a terminal speaks to the demo. */
const OPERATOR = 'U0OMAR';

/** Starts all of it; what an earlier process left undone goes on. Resolves when `/db` answers. */
export async function startLaptop(options: LaptopOptions): Promise<Laptop> {
  const { root, dataDir, say } = options;
  mkdirSync(dataDir, { recursive: true });
  const logPath = join(dataDir, 'nightshift.log');
  sendHandlerOutputTo(logPath);
  const fleet = await startFleet({ dataDir: join(dataDir, 'fleet'), say });
  const stops: (() => Promise<void>)[] = [() => fleet.stop()];
  const stop = () => stopAll(stops);
  try {
    const table = await startLocalTable({ path: join(dataDir, 'table') });
    stops.push(() => table.stop());
    const clock = options.clock ?? systemClock;
    const aws = await startLocalAws({ dataDir: join(dataDir, 'lambda'), root, stage: 'dev', say, clock });
    stops.push(() => aws.stop());
    const secrets = slackSecrets(dataDir);
    const slack = await startSlack(options, fleet, aws, secrets);
    stops.push(() => slack.stop());
    const environment = {
      ...table.environment,
      ...aws.environment,
      ...fleet.environment,
      ...ours(options, fleet, slack, secrets),
    };
    Object.assign(process.env, environment);
    stops.push(shareWithTerminal(dataDir, environment));
    aws.begin();
    return { fleet, aws, slack, logPath, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

function ours(
  { root, dataDir }: LaptopOptions,
  fleet: Fleet,
  slack: LocalSlack,
  secrets: { botToken: string; signingSecret: string },
): { [variable: string]: string } {
  return {
    NIGHTSHIFT_CONFIG: join(root, 'nightshift.yaml'),
    NIGHTSHIFT_ADDRESSES: JSON.stringify(fleet.addresses),
    NIGHTSHIFT_BACKUPS_DIRECTORY: join(dataDir, 'backups'),
    NIGHTSHIFT_FUNCTION_PREFIX: 'nightshift-dev-',
    NIGHTSHIFT_USER: OPERATOR,
    SLACK_BOT_TOKEN: secrets.botToken,
    SLACK_SIGNING_SECRET: secrets.signingSecret,
    SLACK_API_URL: slack.apiUrl,
  };
}

/** Lets `npx nightshift` on this machine speak to the running demo, as the operator; gone when the demo is. */
function shareWithTerminal(dataDir: string, environment: { readonly [variable: string]: string }): () => Promise<void> {
  const path = join(dataDir, 'environment.json');
  writeFileSync(path, JSON.stringify({ pid: process.pid, environment }), { mode: 0o600 });
  return async () => rmSync(path, { force: true });
}

function startSlack(
  { root, dataDir, port, acknowledgeWithinMs }: LaptopOptions,
  fleet: Fleet,
  aws: LocalAws,
  secrets: { botToken: string; signingSecret: string },
): Promise<LocalSlack> {
  const events = join(root, 'events');
  return startLocalSlack({
    ...secrets,
    ...(port === undefined ? {} : { port }),
    ...(acknowledgeWithinMs === undefined ? {} : { acknowledgeWithinMs }),
    dataDir: join(dataDir, 'slack'),
    team,
    users,
    channels,
    userGroups,
    door: async (event) => (await aws.invoke('slack', event)) as unknown as FunctionUrlResult,
    drills: createDrills(fleet),
    events: sampleEvents(events),
    sendEvent: async (name) => fire(aws, events, name),
    status: () => fleet.status(),
    hint: '/db health shop-db',
    examples: ['/db', '/db health shop-db', '/db health laptop', '/db help'],
  });
}

/** Each sample goes in by the door that its shape has on AWS. */
function fire(aws: LocalAws, folder: string, name: string): void {
  const event = freshEvent(folder, name, Date.now());
  const [functionName = 'alarm', shape] = name.split('.');
  if (shape === 'eventbridge') aws.putEvent(event);
  else aws.invokeLater(functionName, event);
}

/** Made once, kept for this user only. */
function slackSecrets(dataDir: string): { botToken: string; signingSecret: string } {
  const path = join(dataDir, 'slack-secrets.json');
  if (!existsSync(path)) {
    const made = {
      botToken: `xoxb-${randomBytes(18).toString('hex')}`,
      signingSecret: randomBytes(16).toString('hex'),
    };
    writeFileSync(path, JSON.stringify(made), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(path, 'utf8')) as { botToken: string; signingSecret: string };
}

/** The handlers write to the console as on Lambda; here that is a file, so that the terminal stays readable. */
function sendHandlerOutputTo(path: string): void {
  process.env['POWERTOOLS_DEV'] = 'true';
  const stream = createWriteStream(path, { flags: 'a' });
  globalThis.console = new Console({ stdout: stream, stderr: stream });
}

/** In reverse order; one that fails does not keep the others from being stopped. */
async function stopAll(stops: (() => Promise<void>)[]): Promise<void> {
  for (const stop of stops.splice(0).toReversed()) {
    await stop().catch((thrown: unknown) => process.stderr.write(`nightshift: while stopping: ${String(thrown)}\n`));
  }
}
