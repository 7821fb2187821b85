import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  GetFunctionUrlConfigCommand,
  LambdaClient,
  type FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import { askAws } from '../../../providers/aws-refusal.ts';
import { maskText } from '../../../core/mask.ts';
import { rooms } from '../../../core/room.ts';
import { skipped, type Answer, type Question } from '../../../core/question.ts';
import { byHand, withAccount, type AwsAccess } from './access.ts';

/** As handlers/ has them. */
export const functionNames = ['slack', 'schedule', 'alarm', 'run', 'read', 'act', 'copy', 'logs', 'prune'] as const;
type FunctionName = (typeof functionNames)[number];

const RUNTIME = 'nodejs24.x';
/** Rooms with a database login sit in the VPC. */
const inVpc: readonly string[] = rooms.filter((room) => !['control', 'logs', 'prune'].includes(room));
/** Functions that speak with Slack. */
const speaks: readonly string[] = ['slack', 'alarm', 'run'];

/** `sets`: the sets of rooms that targets name, beside the usual one. */
export function functionQuestions(access: AwsAccess, sets: readonly string[]): Question[] {
  const deploy = `npm run deploy -- --stage ${access.stage}`;
  return [
    ...functionNames.map((name) => ({
      id: `aws.function.${name}`,
      title: `The function ${name} is right`,
      ask: () => ask(access, (client) => functionAnswer(client, access.stage, name, deploy)),
    })),
    ...sets.map((set) => ({
      id: `aws.rooms.${set}`,
      title: `The rooms ${set} are deployed`,
      ask: () => ask(access, (client) => roomSetAnswer(client, access.stage, set)),
    })),
    {
      id: 'aws.durable-alias',
      title: 'Runs are started through the alias durable',
      ask: () => ask(access, (client) => aliasAnswer(client, access.stage, deploy)),
    },
    {
      id: 'aws.function-url',
      title: 'Slack has an address to call',
      ask: () => ask(access, (client) => urlAnswer(client, access.stage, deploy)),
    },
  ];
}

/** The address of the Slack function; undefined where it cannot be seen. */
export async function functionUrl(access: AwsAccess): Promise<string | undefined> {
  const caller = await access.account();
  if (access.region === undefined || 'none' in caller) return undefined;
  const client = new LambdaClient(access.settings());
  try {
    const FunctionName = `nightshift-${access.stage}-slack`;
    return (await client.send(new GetFunctionUrlConfigCommand({ FunctionName }))).FunctionUrl;
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}

function ask(access: AwsAccess, question: (client: LambdaClient) => Promise<Answer>): Promise<Answer> {
  return withAccount(access, async () => {
    const client = new LambdaClient(access.settings());
    try {
      return await question(client);
    } finally {
      client.destroy();
    }
  });
}

function functionAnswer(client: LambdaClient, stage: string, name: FunctionName, deploy: string): Promise<Answer> {
  const FunctionName = `nightshift-${stage}-${name}`;
  return askAws(
    'lambda:GetFunctionConfiguration',
    () => client.send(new GetFunctionConfigurationCommand({ FunctionName })),
    (seen) => judgeFunction(stage, name, seen, deploy),
    { problem: `there is no function ${FunctionName}`, fix: deploy },
  );
}

/** A set of rooms in another VPC is functions with its name behind theirs; serverless.yml deploys the usual set. */
function roomSetAnswer(client: LambdaClient, stage: string, set: string): Promise<Answer> {
  const FunctionName = `nightshift-${stage}-read-${set}`;
  return askAws(
    'lambda:GetFunctionConfiguration',
    () => client.send(new GetFunctionConfigurationCommand({ FunctionName })),
    () => ({ ok: FunctionName }),
    {
      problem: `there is no function ${FunctionName}, so no target of the rooms ${set} can be reached`,
      fix: `Add read-${set}, act-${set} and copy-${set} to serverless.yml and deploy, or remove \`rooms: ${set}\` from nightshift.yaml.`,
    },
  );
}

/** Pure: runtime, network, environment, and for `run` that its executions are durable. */
export function judgeFunction(stage: string, name: FunctionName, seen: FunctionConfiguration, deploy: string): Answer {
  if (seen.State === 'Pending') return skipped(`${name} is being changed now: ${seen.StateReason ?? ''}`);
  if (name === 'run' && seen.DurableConfig === undefined) {
    return {
      problem: 'run has no DurableConfig, so nothing that takes longer than an answer works',
      fix: `DurableConfig can only be given when a function is created: aws lambda delete-function --function-name nightshift-${stage}-run, then ${deploy}`,
    };
  }
  const exposed = Object.entries(seen.Environment?.Variables ?? {}).filter(([, value]) => maskText(value) !== value);
  if (exposed.length > 0) {
    return {
      problem: `the environment of ${name} holds a secret in clear: ${exposed.map(([key]) => key).join(', ')}`,
      fix: `Replace that secret, keep it in SSM, and ${deploy}`,
    };
  }
  const wrong = wrongOf(stage, name, seen);
  return wrong.length === 0
    ? { ok: `${seen.Runtime}, changed ${seen.LastModified ?? 'at an unknown time'}` }
    : { problem: `${name}: ${wrong.join(', ')}`, fix: `${deploy}. ${byHand(stage)}` };
}

function wrongOf(stage: string, name: FunctionName, seen: FunctionConfiguration): string[] {
  const hasVpc = (seen.VpcConfig?.SubnetIds ?? []).length > 0;
  return [
    ...(seen.State === 'Active' || seen.State === 'Inactive'
      ? []
      : [`it is ${seen.State} (${seen.StateReason ?? ''})`]),
    ...(seen.Runtime === RUNTIME ? [] : [`its runtime is ${seen.Runtime}, not ${RUNTIME}`]),
    ...(inVpc.includes(name) === hasVpc ? [] : [hasVpc ? 'it is in a VPC and may not be' : 'it is in no VPC']),
    ...wrongVariables(stage, name, seen.Environment?.Variables ?? {}),
  ];
}

function wrongVariables(stage: string, name: FunctionName, variables: Record<string, string>): string[] {
  const slack = speaks.includes(name) ? ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET'] : [];
  return [
    ...(variables['NIGHTSHIFT_TABLE'] === `nightshift-${stage}` ? [] : ['NIGHTSHIFT_TABLE names another table']),
    ...slack
      .filter((key) => !/^(?:ssm:\/|secretsmanager:)/.test(variables[key] ?? ''))
      .map((key) => `${key} is no reference to a secret`),
  ];
}

function aliasAnswer(client: LambdaClient, stage: string, deploy: string): Promise<Answer> {
  return askAws(
    'lambda:GetAlias',
    () => client.send(new GetAliasCommand({ FunctionName: `nightshift-${stage}-run`, Name: 'durable' })),
    ({ FunctionVersion }) =>
      FunctionVersion === '$LATEST'
        ? { problem: 'the alias durable points to $LATEST, so a deployment changes runs in flight', fix: deploy }
        : { ok: `version ${FunctionVersion}` },
    { problem: `the function nightshift-${stage}-run has no alias durable, so no run can be started`, fix: deploy },
  );
}

function urlAnswer(client: LambdaClient, stage: string, deploy: string): Promise<Answer> {
  return askAws(
    'lambda:GetFunctionUrlConfig',
    () => client.send(new GetFunctionUrlConfigCommand({ FunctionName: `nightshift-${stage}-slack` })),
    ({ FunctionUrl, AuthType }) =>
      AuthType === 'NONE'
        ? { ok: FunctionUrl ?? '' }
        : { problem: `the function URL asks for ${AuthType}, which Slack cannot give`, fix: deploy },
    { problem: 'the Slack function has no function URL', fix: deploy },
  );
}
