import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { Fault } from '../core/errors.ts';
import type { Addresses } from './load.ts';

const Set = v.optional(v.pipe(v.string(), v.minLength(1, 'is empty')));
const like = (pattern: RegExp, advice: string) => v.pipe(v.string(), v.regex(pattern, advice));

const RoleArn = like(
  /^arn:aws[\w-]*:iam::\d{12}:role\/.+$/,
  'is the ARN of a role: arn:aws:iam::<account>:role/<name>',
);

const MemberAddresses = v.record(v.string(), v.string());
const AddressesText = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): Addresses => {
    const read = v.safeParse(MemberAddresses, jsonOf(dataset.value));
    if (read.success) return read.output;
    addIssue({ message: 'is a JSON object of names of members or poolers and "host:port"' });
    return NEVER;
  }),
);
const Variables = v.object({
  NIGHTSHIFT_CONFIG: Set,
  NIGHTSHIFT_ADDRESSES: v.optional(AddressesText, '{}'),
  NIGHTSHIFT_TABLE: v.optional(v.pipe(v.string(), v.minLength(3, 'has three characters at least')), 'nightshift'),
  NIGHTSHIFT_FUNCTION_PREFIX: v.optional(like(/^[\w-]+-$/, 'ends in a hyphen: nightshift-<stage>-'), 'nightshift-dev-'),
  NIGHTSHIFT_FAILOVER_ROLE_ARN: v.optional(RoleArn),
  NIGHTSHIFT_OPERATOR_ROLE_ARN: v.optional(RoleArn),
  NIGHTSHIFT_DRILL_ROLE_ARN: v.optional(RoleArn),
  NIGHTSHIFT_EXPIRY_ROLE_ARN: v.optional(RoleArn),
  NIGHTSHIFT_AUDIT_BUCKET: Set,
  NIGHTSHIFT_BACKUPS_DIRECTORY: v.optional(like(/^\//, 'begins with /')),
  SLACK_BOT_TOKEN: v.optional(
    like(
      /^xox[a-z]-|^(?:ssm|secretsmanager):/,
      'is a token that starts with xoxb-, or ssm:/path or secretsmanager:name',
    ),
  ),
  SLACK_SIGNING_SECRET: v.pipe(v.optional(v.string(), ''), v.transform(listed)),
  SLACK_APP_TOKEN: v.optional(like(/^xapp-/, 'is a token that starts with xapp-')),
  NIGHTSHIFT_STATE: v.optional(v.picklist(['sqlite', 'dynamodb'], 'is sqlite or dynamodb'), 'sqlite'),
  NIGHTSHIFT_ALARM_TOKEN: v.optional(v.pipe(v.string(), v.minLength(24, 'has 24 characters at least'))),
  SLACK_CONFIG_TOKEN: Set,
  SLACK_API_URL: v.optional(v.pipe(v.string(), v.url('is an address with http:// or https://'))),
  NIGHTSHIFT_USER: v.optional(like(/^[UW][A-Z0-9]{2,}$/, 'is a Slack user id such as U0123ABCD')),
  AWS_REGION: Set,
});

/** Secrets that are separated by commas: the new one and the old one, while one is replaced. */
function listed(text: string): string[] {
  return text
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '');
}

/** The few variables that a function is given; everything else is in nightshift.yaml. */
export type Environment = {
  /** Path of nightshift.yaml. */
  configPath: string;
  /** Name of a member or of a pooler to `host:port`. */
  addresses: Addresses;
  /** The only store of backups, in the place of those that nightshift.yaml names or does not name. */
  backupsDirectory?: string;
  /** Name of the DynamoDB table. */
  table: string;
  /** `nightshift-<stage>-`: a room's function is this and the room's name. */
  functionPrefix: string;
  /** The role that a run assumes to have AWS move the writes of a database, after the approval. */
  failoverRole?: string;
  /** The role that a run assumes to have AWS make snapshots, and restore them into something new. */
  operatorRole?: string;
  /** The role that a run assumes to have AWS delete snapshots of ours that expired. */
  expiryRole?: string;
  /** The role that a run assumes to have AWS restore for a drill, and delete that again. */
  drillRole?: string;
  /** Where `schedule` puts a copy of each day of the audit record. */
  auditBucket?: string;
  slackBotToken?: string;
  /** The present one first; several while one is being replaced. */
  slackSigningSecrets: readonly string[];
  /** An app configuration token, with which doctor reads the manifest. */
  slackConfigToken?: string;
  /** Opens the sockets of `nightshift serve`. */
  slackAppToken?: string;
  /** Where `nightshift serve` keeps what it remembers; a function always uses DynamoDB. */
  serverState: 'sqlite' | 'dynamodb';
  /** What a sender of alarms has to show to `nightshift serve --listen`. */
  alarmToken?: string;
  /** Where the Slack Web API is, when it is not slack.com. */
  slackApiUrl?: string;
  region?: string;
  /** Slack user id with whose rights a terminal starts runs. */
  user?: string;
};

/** Reads the process environment. Throws `invalid_request` that names every wrong variable and repeats no value. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const parsed = v.safeParse(Variables, filled({ ...credentials(variables), ...filled(variables) }));
  if (!parsed.success) {
    const wrong = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? ''} ${issue.message}`);
    throw new Fault('invalid_request', `Environment variables: ${wrong.join('; ')}.`);
  }
  const { output: data } = parsed;
  return {
    configPath: data.NIGHTSHIFT_CONFIG ?? besideTheCode(variables),
    addresses: data.NIGHTSHIFT_ADDRESSES,
    table: data.NIGHTSHIFT_TABLE,
    functionPrefix: data.NIGHTSHIFT_FUNCTION_PREFIX,
    slackSigningSecrets: data.SLACK_SIGNING_SECRET,
    serverState: data.NIGHTSHIFT_STATE,
    ...inAws(data),
    ...(data.NIGHTSHIFT_BACKUPS_DIRECTORY === undefined ? {} : { backupsDirectory: data.NIGHTSHIFT_BACKUPS_DIRECTORY }),
    ...(data.SLACK_APP_TOKEN === undefined ? {} : { slackAppToken: data.SLACK_APP_TOKEN }),
    ...(data.NIGHTSHIFT_ALARM_TOKEN === undefined ? {} : { alarmToken: data.NIGHTSHIFT_ALARM_TOKEN }),
    ...(data.SLACK_BOT_TOKEN === undefined ? {} : { slackBotToken: data.SLACK_BOT_TOKEN }),
    ...(data.SLACK_CONFIG_TOKEN === undefined ? {} : { slackConfigToken: data.SLACK_CONFIG_TOKEN }),
    ...(data.SLACK_API_URL === undefined ? {} : { slackApiUrl: data.SLACK_API_URL }),
    ...(data.NIGHTSHIFT_USER === undefined ? {} : { user: data.NIGHTSHIFT_USER }),
  };
}

function inAws({
  NIGHTSHIFT_FAILOVER_ROLE_ARN: failoverRole,
  NIGHTSHIFT_OPERATOR_ROLE_ARN: operatorRole,
  NIGHTSHIFT_DRILL_ROLE_ARN: drillRole,
  NIGHTSHIFT_EXPIRY_ROLE_ARN: expiryRole,
  NIGHTSHIFT_AUDIT_BUCKET: auditBucket,
  AWS_REGION: region,
}: v.InferOutput<typeof Variables>): Pick<
  Environment,
  'failoverRole' | 'operatorRole' | 'expiryRole' | 'drillRole' | 'auditBucket' | 'region'
> {
  return {
    ...(failoverRole === undefined ? {} : { failoverRole }),
    ...(operatorRole === undefined ? {} : { operatorRole }),
    ...(drillRole === undefined ? {} : { drillRole }),
    ...(expiryRole === undefined ? {} : { expiryRole }),
    ...(auditBucket === undefined ? {} : { auditBucket }),
    ...(region === undefined ? {} : { region }),
  };
}

/** The value behind an `env:` reference; an empty variable counts as missing. */
export function environmentSecret(name: string, variables: NodeJS.ProcessEnv = process.env): string | undefined {
  const value = variables[name] ?? credential(name, variables);
  return value === '' ? undefined : value;
}

/** What programs of the config may know of this process: where programs are, and the language of their words. */
export function handEnvironment(variables: NodeJS.ProcessEnv = process.env): { [name: string]: string } {
  const { PATH, HOME, LANG } = variables;
  return Object.fromEntries(
    Object.entries({ PATH, HOME, LANG }).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}

/** The secrets among the variables may also be credentials of the service manager. */
function credentials(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET', 'NIGHTSHIFT_ALARM_TOKEN'];
  return Object.fromEntries(names.map((name) => [name, credential(name, variables) ?? '']));
}

/**
 * A file that only this service can read: https://systemd.io/CREDENTIALS/. A directory of them that is loaded as `nightshift`
 * has that before each name.
 */
function credential(name: string, variables: NodeJS.ProcessEnv): string | undefined {
  const folder = variables['CREDENTIALS_DIRECTORY'];
  if (folder === undefined || !/^\w+$/.test(name)) return undefined;
  return textOf(join(folder, `nightshift_${name}`)) ?? textOf(join(folder, name));
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch {
    return undefined;
  }
}

/** An empty variable is what a shell or a template leaves behind for "not set". */
function filled(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
}

function besideTheCode(variables: NodeJS.ProcessEnv): string {
  const bundle = variables['LAMBDA_TASK_ROOT'];
  if (bundle !== undefined) return join(bundle, 'nightshift.yaml');
  return fileURLToPath(new URL('../../nightshift.yaml', import.meta.url));
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '{}');
  } catch {
    return undefined;
  }
}
