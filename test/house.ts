import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Json } from '../src/core/json.ts';
import { localFunctions, type LocalFunctions } from '../src/local/aws/functions.ts';
import { startLocalAws } from '../src/local/aws/start.ts';
import { channels, team, userGroups, users } from '../src/local/people.ts';
import { functionUrlEvent, type FunctionUrlResult, type SlackRequest } from '../src/local/slack/door/function-url.ts';
import type { SlackMessage } from '../src/local/slack/message.ts';
import type { SlackUserGroup } from '../src/local/slack/options.ts';
import { startLocalSlack, type LocalSlack } from '../src/local/slack/start.ts';
import { startLocalTable } from '../src/local/table.ts';
import type { Execution, Operation } from '../src/runtime/durable/model.ts';
import { shortRun } from '../src/core/run.ts';
import { openState, type State } from '../src/state/index.ts';
import { BUSY_MACHINE_MS } from './local/slack/workspace-options.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const botToken = 'xoxb-canary-bot-token';
export const signingSecret = 'canary-signing-secret';

/** The whole bot between a local Slack and a state; databases are whatever the config names. */
export type House = {
  slack: LocalSlack;
  state: State;
  dataDir: string;
  /** Messages of the bot at the top of the channel, without those that one person sees. */
  posted(): ReturnType<LocalSlack['messages']>;
  /** Every execution of a run. */
  runs(): Execution[];
  /** What an execution has done. */
  operations(arn: string): Operation[];
  /** Calls a function by its key, as whoever may invoke it does: `act`, `schedule`, `alarm`. */
  call(key: string, event: Json): Promise<Json>;
  /** Hands one request of Slack in, its n-th delivery. */
  knock(request: SlackRequest, delivery: number): Promise<unknown>;
  /** All that the state holds, as text. */
  stateText(): Promise<string>;
  /** The id of the run that an acknowledgement names. */
  runIn(words: string | undefined): string;
  /** Ends an execution for good, wherever it is. */
  kill(arn: string): void;
  /** Until all work has ended. */
  settled(): Promise<void>;
  stop(): Promise<void>;
};

export type HouseOptions = {
  configPath?: string;
  environment?: Readonly<Record<string, string>>;
  /** Slack's own pace would make a test of a thousand messages last a quarter of an hour. */
  messagePace?: { burst: number; perSecond: number };
  asyncRetryDelaysMs?: readonly number[];
  userGroups?: readonly SlackUserGroup[];
};

let form: (options: HouseOptions) => Promise<House> = startLambdaHouse;

/** The same facts on another form of the bot: to be called before a file of tests is loaded. */
export function inForm(start: (options: HouseOptions) => Promise<House>): void {
  form = start;
}

/** One house for each test file: the bot reads its environment once for each process. */
export function startHouse(options: HouseOptions = {}): Promise<House> {
  return form(options);
}

/** The deployed handlers on a local Lambda and a local DynamoDB; `functions` are those of serverless.yml unless given. */
export async function startLambdaHouse(options: HouseOptions, functions?: LocalFunctions): Promise<House> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nightshift-house-'));
  const table = await startLocalTable();
  const { asyncRetryDelaysMs = [50, 50] } = options;
  const aws = await startLocalAws({
    dataDir: join(dataDir, 'lambda'),
    root,
    stage: 'dev',
    say: () => {},
    asyncRetryDelaysMs,
    functions: undisturbed(functions ?? localFunctions(root, 'dev')),
  });
  const slack = await startLocalSlack({
    botToken,
    signingSecret,
    team,
    users,
    channels,
    userGroups: options.userGroups ?? userGroups,
    dataDir: join(dataDir, 'slack'),
    acknowledgeWithinMs: BUSY_MACHINE_MS,
    door: async (event) => (await aws.invoke('slack', event)) as unknown as FunctionUrlResult,
    ...(options.messagePace ? { messagePace: options.messagePace } : {}),
  });
  Object.assign(process.env, table.environment, aws.environment, {
    NIGHTSHIFT_CONFIG: options.configPath ?? join(root, 'nightshift.yaml'),
    NIGHTSHIFT_FUNCTION_PREFIX: 'nightshift-dev-',
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: slack.apiUrl,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    ...options.environment,
  });
  // From their sources these take seconds to load on a busy machine, which would count as the time of the first request.
  await Promise.all([
    import('../src/app/behind-the-door.ts'),
    import('../handlers/run.ts'),
    import('../handlers/slack.ts'),
  ]);
  aws.begin();
  const state = openState({ tableName: table.environment['NIGHTSHIFT_TABLE'] ?? '' });
  // The shipped config counts statements and watches who takes writes, also at the beginning, and says nothing of it.
  const runs = () =>
    aws.durable.executions('nightshift-dev-run').filter(({ input }) => !/hourly-statements|watch-writers/.test(input));
  return {
    ...inSlack(slack, runs),
    slack: withLateAnswers(slack),
    state,
    dataDir,
    runs,
    operations: (arn) => aws.durable.operations(arn),
    call: (key, event) => aws.invoke(key, event),
    knock: (request, delivery) =>
      aws.invoke('slack', functionUrlEvent(request, signingSecret, Date.now() - delivery * 1000)),
    stateText: async () => {
      const scan = new ScanCommand({ TableName: table.environment['NIGHTSHIFT_TABLE'] ?? '' });
      return JSON.stringify((await new DynamoDBClient().send(scan)).Items);
    },
    kill: (arn) => aws.durable.stop(arn),
    settled: () => aws.idle(),
    stop: async () => {
      await slack.stop();
      await aws.stop();
      await table.stop();
      rmSync(dataDir, {
        recursive: true,
        force: true,
      });
    },
  };
}

/**
 * The functions of a house, with ten times the time that they have on Lambda, which is no busy machine; and without the reports of two
 * and seven o'clock, which nobody asked for where a test runs at that time.
 */
function undisturbed({ functions, sources }: LocalFunctions): LocalFunctions {
  const patient = [...functions].map(
    ([name, one]) => [name, { ...one, timeoutSeconds: one.timeoutSeconds * 10 }] as const,
  );
  const schedules = sources.schedules.filter(({ expression }) => !expression.startsWith('cron('));
  return { functions: new Map(patient), sources: { ...sources, schedules } };
}

/** Where the bot needs longer than Slack waits, it says so and answers later: what a test reads is the answer. */
export function withLateAnswers(slack: LocalSlack): LocalSlack {
  const command: LocalSlack['command'] = async (...words) => {
    const said = await slack.command(...words);
    const { text, ts = '' } = said.ack;
    if (!text?.startsWith('Still working on it')) return said;
    const isLate = (one: SlackMessage) => one.ephemeralFor !== undefined && one.ts > ts;
    const late = await slack.waitFor(isLate, BUSY_MACHINE_MS).catch(() => undefined);
    return late ? { ack: { text: late.text, blocks: late.blocks, ts: late.ts } } : said;
  };
  return { ...slack, command };
}

/** What a house shows of its Slack. */
export function inSlack(slack: LocalSlack, runs: () => Execution[]): Pick<House, 'posted' | 'runIn'> {
  return {
    posted: () =>
      slack
        .messages()
        .filter((message) => message.fromBot && message.threadTs === undefined && message.ephemeralFor === undefined),
    runIn: (words = '') => {
      const short = /run ([a-z]+-[0-9a-f]{8})\b/.exec(words)?.[1];
      return runs().find(({ name }) => shortRun(name) === short)?.name ?? '';
    },
  };
}

/** Every member where nothing listens: for tests that ask about deliveries, not about databases. */
export const nowhere = {
  NIGHTSHIFT_ADDRESSES: JSON.stringify(
    Object.fromEntries(
      ['shop-db-1', 'shop-db-2', 'shop-cache-1', 'shop-cache-2', 'shop-cache-s1', 'shop-cache-s2', 'shop-cache-s3'].map(
        (member) => [member, '127.0.0.1:1'],
      ),
    ),
  ),
  SHOP_DB_READ_PASSWORD: 'canary-read',
  SHOP_DB_ACT_PASSWORD: 'canary-act',
  SHOP_CACHE_READ_PASSWORD: 'canary-cache-read',
  SHOP_CACHE_ACT_PASSWORD: 'canary-cache-act',
};
