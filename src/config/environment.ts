import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { Fault } from '../core/errors.ts';
import type { Addresses } from './load.ts';

const Variables = z.object({
  NIGHTSHIFT_CONFIG: z.string().min(1).optional(),
  NIGHTSHIFT_ADDRESSES: z
    .string()
    .optional()
    .transform((text, context): Addresses => {
      const read = MemberAddresses.safeParse(jsonOf(text));
      if (read.success) return read.data;
      context.addIssue({ code: 'custom', message: 'is a JSON object of member names and "host:port"' });
      return z.NEVER;
    }),
  NIGHTSHIFT_TABLE: z.string().min(3).default('nightshift'),
  NIGHTSHIFT_FUNCTION_PREFIX: z
    .string()
    .regex(/^[\w-]+-$/, 'ends in a hyphen: nightshift-<stage>-')
    .default('nightshift-dev-'),
  SLACK_BOT_TOKEN: z
    .string()
    .regex(
      /^xox[a-z]-|^(?:ssm|secretsmanager):/,
      'is a token that starts with xoxb-, or ssm:/path or secretsmanager:name',
    )
    .optional(),
  SLACK_SIGNING_SECRET: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((secret) => secret.trim())
        .filter((secret) => secret !== ''),
    ),
  SLACK_CONFIG_TOKEN: z.string().min(1).optional(),
  SLACK_API_URL: z.url('is an address with http:// or https://').optional(),
  NIGHTSHIFT_USER: z
    .string()
    .regex(/^[UW][A-Z0-9]{2,}$/, 'is a Slack user id such as U0123ABCD')
    .optional(),
  AWS_REGION: z.string().min(1).optional(),
});
const MemberAddresses = z.record(z.string(), z.string());

/** The few variables that a function is given; everything else is in nightshift.yaml. */
export type Environment = {
  /** Path of nightshift.yaml. */
  configPath: string;
  /** Member name to `host:port`. */
  addresses: Addresses;
  /** Name of the DynamoDB table. */
  table: string;
  /** `nightshift-<stage>-`: a room's function is this and the room's name. */
  functionPrefix: string;
  slackBotToken?: string;
  /** The present one first; several while one is being replaced. */
  slackSigningSecrets: readonly string[];
  /** An app configuration token, with which doctor reads the manifest. */
  slackConfigToken?: string;
  /** Where the Slack Web API is, when it is not slack.com. */
  slackApiUrl?: string;
  region?: string;
  /** Slack user id with whose rights a terminal starts runs. */
  user?: string;
};

/** Reads the process environment. Throws `invalid_request` that names every wrong variable and repeats no value. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const parsed = Variables.safeParse(filled(variables));
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new Fault('invalid_request', `Environment variables: ${wrong.join('; ')}.`);
  }
  const { data } = parsed;
  return {
    configPath: data.NIGHTSHIFT_CONFIG ?? besideTheCode(variables),
    addresses: data.NIGHTSHIFT_ADDRESSES,
    table: data.NIGHTSHIFT_TABLE,
    functionPrefix: data.NIGHTSHIFT_FUNCTION_PREFIX,
    slackSigningSecrets: data.SLACK_SIGNING_SECRET,
    ...(data.SLACK_BOT_TOKEN === undefined ? {} : { slackBotToken: data.SLACK_BOT_TOKEN }),
    ...(data.SLACK_CONFIG_TOKEN === undefined ? {} : { slackConfigToken: data.SLACK_CONFIG_TOKEN }),
    ...(data.SLACK_API_URL === undefined ? {} : { slackApiUrl: data.SLACK_API_URL }),
    ...(data.NIGHTSHIFT_USER === undefined ? {} : { user: data.NIGHTSHIFT_USER }),
    ...(data.AWS_REGION === undefined ? {} : { region: data.AWS_REGION }),
  };
}

/** The value behind an `env:` reference; an empty variable counts as missing. */
export function environmentSecret(name: string, variables: NodeJS.ProcessEnv = process.env): string | undefined {
  const value = variables[name];
  return value === '' ? undefined : value;
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
