import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { inject, vi } from 'vitest';
import { startLocalAws, type LocalAws } from '../../src/local/aws/start.ts';
import { blockText } from '../../src/local/block-text.ts';
import { channels, team, userGroups, users } from '../../src/local/people.ts';
import type { FunctionUrlEvent, FunctionUrlResult } from '../../src/local/slack/door/function-url.ts';
import { startLocalSlack, type LocalSlack } from '../../src/local/slack/start.ts';
import { openState, type State } from '../../src/state/index.ts';
import { botToken, root, signingSecret } from '../house.ts';
import type { PackagedTemplate } from '../package/packaged.ts';
import { testPasswords } from '../servers/passwords.ts';
import { deploy, type Deployed } from './deploy.ts';
import { deployedFunctions } from './deployed-functions.ts';
import { startEmulator, type Emulator } from './emulator.ts';
import { functionUrlOf, sendSigned, throughFunctionUrl } from './function-url.ts';
import { passedOver } from './passed-over.ts';
import { passwordPlaces } from './project.ts';

/** The packaged project, deployed in the emulator, between a local Slack and whatever databases it is told of. */
export type Cloud = {
  emulator: Emulator;
  stack: Deployed;
  slack: LocalSlack;
  /** Stands in for Lambda's durable executions, which start, wake and end `run`; the code of every function runs in the emulator. */
  aws: LocalAws;
  /** A form body of Slack, signed with the app's secret unless another is given. */
  send(body: string, secret?: string): Promise<FunctionUrlResult>;
  /** The text of the first message of the bot at the top of the channel that is as wanted, present or to come. */
  posted(wanted: (text: string) => boolean): Promise<string>;
  stop(): Promise<void>;
};

export type CloudOptions = {
  /** Member name to `host:port`. */
  addresses: Readonly<Record<string, string>>;
  /** Alters the template before it is deployed. */
  change?: (template: PackagedTemplate) => void;
  /** With `emulator` nothing stands in for Lambda's durable executions. */
  durableExecutions?: 'ours' | 'emulator';
};

type Stops = (() => Promise<void> | void)[];

/** Deploys into an emulator of its own and connects it with a Slack of its own. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const stops: Stops = [];
  const stop = async () => {
    for (const one of stops.toReversed()) await one();
  };
  try {
    return { ...(await build(options, stops)), stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function build(options: CloudOptions, stops: Stops): Promise<Omit<Cloud, 'stop'>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nightshift-cloud-data-'));
  stops.push(() => rmSync(dataDir, { recursive: true, force: true }));
  let url = '';
  const slack = await openSlack(join(dataDir, 'slack'), (event) => throughFunctionUrl(url, event));
  stops.push(() => slack.stop());
  let lambda: LambdaClient | undefined;
  const functions = deployedFunctions(() => (lambda ??= new LambdaClient(emulator.client)));
  const aws = await startLocalAws({ dataDir: join(dataDir, 'aws'), root, stage: 'dev', say: () => {}, functions });
  stops.push(() => aws.stop());
  const emulator = await startEmulator({
    SLACK_API_URL: slack.apiUrl,
    NIGHTSHIFT_ADDRESSES: JSON.stringify(options.addresses),
    ...(options.durableExecutions === 'emulator' ? {} : { AWS_ENDPOINT_URL_LAMBDA: aws.endpoint }),
  });
  stops.push(() => emulator.stop());
  const stack = await deploy(emulator, inject('cloudProject'), options.change);
  for (const { set } of passedOver(emulator, stack)) await set();
  await keepSecrets(emulator);
  url = functionUrlOf(emulator, stack);
  const send = (body: string, secret = signingSecret) => sendSigned(url, body, secret);
  return { emulator, stack, slack, aws, send, posted: (wanted) => posted(slack, wanted) };
}

function openSlack(
  dataDir: string,
  door: (event: FunctionUrlEvent) => Promise<FunctionUrlResult>,
): Promise<LocalSlack> {
  return startLocalSlack({
    botToken,
    signingSecret,
    team,
    users,
    channels,
    userGroups,
    dataDir,
    door,
    messagePace: { burst: 100, perSecond: 100 },
    // The first call starts a process on a machine that may be busy.
    acknowledgeWithinMs: 20_000,
  });
}

async function posted(slack: LocalSlack, wanted: (text: string) => boolean): Promise<string> {
  const message = await slack.waitFor(
    ({ fromBot, threadTs, ephemeralFor, blocks }) =>
      fromBot && threadTs === undefined && ephemeralFor === undefined && wanted(blockText(blocks)),
    30_000,
  );
  return blockText(message.blocks);
}

/** What an operator puts into the stores before the first deployment. */
async function keepSecrets({ client }: Emulator): Promise<void> {
  const ssm = new SSMClient(client);
  const parameters = {
    '/nightshift/dev/slack/bot-token': botToken,
    '/nightshift/dev/slack/signing-secret': signingSecret,
    [passwordPlaces.read]: testPasswords.read,
  };
  for (const [Name, Value] of Object.entries(parameters)) {
    await ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString' }));
  }
  const SecretString = JSON.stringify({ password: testPasswords.act });
  await new SecretsManagerClient(client).send(new CreateSecretCommand({ Name: passwordPlaces.act, SecretString }));
}

/** What the deployed functions remember, read as the account's root. */
export function stateOf({ emulator: { client }, stack }: Pick<Cloud, 'emulator' | 'stack'>): State {
  vi.stubEnv('AWS_ACCESS_KEY_ID', client.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', client.credentials.secretAccessKey);
  const { endpoint, region } = client;
  return openState({ tableName: stack.outputs['StateTableName'] ?? '', endpoint, region });
}
