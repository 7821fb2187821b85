import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLocalAws, type LocalAws } from '../src/local/aws/start.ts';
import { channels, team, userGroups, users } from '../src/local/people.ts';
import type { FunctionUrlResult } from '../src/local/slack/door/function-url.ts';
import type { SlackUserGroup } from '../src/local/slack/options.ts';
import { startLocalSlack, type LocalSlack } from '../src/local/slack/start.ts';
import { startLocalTable } from '../src/local/table.ts';
import { shortRun } from '../src/core/run.ts';
import { openState, type State } from '../src/state/index.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const botToken = 'xoxb-canary-bot-token';
export const signingSecret = 'canary-signing-secret';

/** The deployed handlers between a local Slack, a local Lambda and a state table; databases are whatever the config names. */
export type House = {
  aws: LocalAws;
  slack: LocalSlack;
  state: State;
  dataDir: string;
  /** Messages of the bot at the top of the channel, without those that one person sees. */
  posted(): ReturnType<LocalSlack['messages']>;
  /** The id of the run that an acknowledgement names. */
  runIn(words: string | undefined): string;
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

/** One house for each test file: the handlers read their environment once for each process. */
export async function startHouse(options: HouseOptions = {}): Promise<House> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nightshift-house-'));
  const table = await startLocalTable();
  const { asyncRetryDelaysMs = [50, 50] } = options;
  const aws = await startLocalAws({
    dataDir: join(dataDir, 'lambda'),
    root,
    stage: 'dev',
    say: () => {},
    asyncRetryDelaysMs,
  });
  const slack = await startLocalSlack({
    botToken,
    signingSecret,
    team,
    users,
    channels,
    userGroups: options.userGroups ?? userGroups,
    dataDir: join(dataDir, 'slack'),
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
  aws.begin();
  const state = openState({ tableName: table.environment['NIGHTSHIFT_TABLE'] ?? '' });
  return {
    aws,
    slack,
    state,
    dataDir,
    posted: () =>
      slack
        .messages()
        .filter((message) => message.fromBot && message.threadTs === undefined && message.ephemeralFor === undefined),
    runIn: (words = '') => {
      const short = /run ([a-z]+-[0-9a-f]{8})\b/.exec(words)?.[1];
      return aws.durable.executions().find(({ name }) => shortRun(name) === short)?.name ?? '';
    },
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
  SHOP_CACHE_PASSWORD: 'canary-cache',
};
