import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export const account = '111122223333';
export const region = 'eu-central-1';
export const stage = 'prod';

type FunctionState = {
  [field: string]: unknown;
  DurableConfig?: object;
  Environment: { Variables: Record<string, string> };
  VpcConfig?: object;
};
type ScheduleState = {
  Name: string;
  ScheduleExpression: string;
  ScheduleExpressionTimezone: string;
  State: string;
  Input: string;
};

/** What is deployed, as the stand-in answers it; a test takes it as it is or changes one thing. */
export type Deployed = {
  table: { [field: string]: unknown } | undefined;
  timeToLive: 'ENABLED' | 'DISABLED';
  recovery: 'ENABLED' | 'DISABLED';
  functions: { [name: string]: FunctionState };
  alias: string | undefined;
  url: string | undefined;
  schedules: ScheduleState[];
  parameters: { [name: string]: { Type: string } };
  stackStatus: string;
  /** IAM actions that the caller may not call. */
  denied: Set<string>;
};

export type AwsStandIn = { url: string; deployed: Deployed; asked: string[]; stop(): Promise<void> };

const rooms = ['read', 'act', 'copy'];

function functionState(name: string): FunctionState {
  const slack = ['slack', 'alarm', 'run'].includes(name);
  return {
    FunctionName: `nightshift-${stage}-${name}`,
    State: 'Active',
    Runtime: 'nodejs24.x',
    LastModified: '2026-11-24T02:00:00.000+0000',
    Environment: {
      Variables: {
        NIGHTSHIFT_TABLE: `nightshift-${stage}`,
        ...(slack
          ? {
              SLACK_BOT_TOKEN: `ssm:/nightshift/${stage}/slack/bot-token`,
              SLACK_SIGNING_SECRET: `ssm:/nightshift/${stage}/slack/signing-secret`,
            }
          : {}),
      },
    },
    ...(rooms.includes(name) ? { VpcConfig: { SubnetIds: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-1'] } } : {}),
    ...(name === 'run' ? { DurableConfig: { ExecutionTimeout: 86_400, RetentionPeriodInDays: 30 } } : {}),
  };
}

/** A stage as `npm run deploy` leaves it. */
export function healthy(): Deployed {
  const names = ['slack', 'schedule', 'alarm', 'run', ...rooms, 'logs'];
  return {
    table: {
      TableName: `nightshift-${stage}`,
      TableStatus: 'ACTIVE',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      DeletionProtectionEnabled: true,
    },
    timeToLive: 'ENABLED',
    recovery: 'ENABLED',
    functions: Object.fromEntries(names.map((name) => [`nightshift-${stage}-${name}`, functionState(name)])),
    alias: '7',
    url: 'https://abc.lambda-url.eu-central-1.on.aws/',
    schedules: [
      {
        Name: 'generated-1',
        ScheduleExpression: 'cron(0 2 * * ? *)',
        ScheduleExpressionTimezone: 'Europe/Berlin',
        State: 'ENABLED',
        Input: '{"schedule":"nightly-health","scheduledAt":"<aws.scheduler.scheduled-time>"}',
      },
    ],
    parameters: {
      [`/nightshift/${stage}/slack/bot-token`]: { Type: 'SecureString' },
      [`/nightshift/${stage}/slack/signing-secret`]: { Type: 'SecureString' },
    },
    stackStatus: 'UPDATE_COMPLETE',
    denied: new Set(),
  };
}

type Reply = { status?: number; json?: object; xml?: string };

/** The parts of AWS that doctor asks, over HTTP, in the protocols of the official clients. */
export async function startAws(): Promise<AwsStandIn> {
  const standIn = { deployed: healthy(), asked: [] as string[] };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { action, reply } = answer(standIn.deployed, request, body);
      standIn.asked.push(action);
      send(response, standIn.deployed.denied.has(action) ? refusal('AccessDeniedException', action, 403) : reply());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return Object.assign(standIn, { url, stop });
}

function send(response: ServerResponse, { status = 200, json, xml }: Reply): void {
  response.writeHead(status, {
    'content-type': xml === undefined ? 'application/x-amz-json-1.0' : 'text/xml',
    ...(json && '__type' in json ? { 'x-amzn-errortype': String(json.__type) } : {}),
  });
  response.end(xml ?? JSON.stringify(json ?? {}));
}

function refusal(type: string, message: string, status = 400): Reply {
  return { status, json: { __type: type, message, Message: message } };
}

function answer(deployed: Deployed, request: IncomingMessage, body: string): { action: string; reply: () => Reply } {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string')
    return jsonAnswer(deployed, target, JSON.parse(body || '{}') as Record<string, string>);
  const action = new URLSearchParams(body).get('Action');
  if (action !== null) return queryAnswer(deployed, action);
  return restAnswer(deployed, request.method ?? 'GET', new URL(request.url ?? '/', 'http://aws'));
}

function jsonAnswer(deployed: Deployed, target: string, given: Record<string, string>) {
  const [service = '', action = ''] = target.split('.');
  const prefix = { DynamoDB_20120810: 'dynamodb', AmazonSSM: 'ssm', secretsmanager: 'secretsmanager' }[service];
  const gone = refusal('ResourceNotFoundException', 'Requested resource not found');
  const replies: { [action: string]: () => Reply } = {
    DescribeTable: () => (deployed.table ? { json: { Table: deployed.table } } : gone),
    DescribeTimeToLive: () => ({
      json: { TimeToLiveDescription: { TimeToLiveStatus: deployed.timeToLive, AttributeName: 'ttl' } },
    }),
    DescribeContinuousBackups: () => ({
      json: {
        ContinuousBackupsDescription: {
          ContinuousBackupsStatus: 'ENABLED',
          PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: deployed.recovery },
        },
      },
    }),
    GetParameter: () => {
      const parameter = deployed.parameters[given['Name'] ?? ''];
      return parameter
        ? { json: { Parameter: { Name: given['Name'], Version: 3, Value: 'ciphertext', ...parameter } } }
        : refusal('ParameterNotFound', '');
    },
  };
  return { action: `${prefix}:${action}`, reply: replies[action] ?? (() => gone) };
}

function queryAnswer(deployed: Deployed, action: string) {
  const result = (content: string): Reply => ({
    xml: `<${action}Response><${action}Result>${content}</${action}Result></${action}Response>`,
  });
  const member = (content: string): string => `<member>${content}</member>`;
  const resources = [
    ...['Rule1', 'Rule2'].map((id) => ['AWS::Events::Rule', id]),
    ...['Alarm', 'Events', 'Operator'].map((id) => ['AWS::SNS::Topic', id]),
    ...['Sub1', 'Sub2'].map((id) => ['AWS::SNS::Subscription', id]),
  ].map(([type, id]) =>
    member(
      `<LogicalResourceId>${id}</LogicalResourceId><ResourceType>${type}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus>`,
    ),
  );
  const replies: { [action: string]: () => Reply } = {
    GetCallerIdentity: () =>
      result(`<Account>${account}</Account><UserId>U</UserId><Arn>arn:aws:iam::${account}:user/ops</Arn>`),
    DescribeStacks: () =>
      result(
        `<Stacks>${member(`<StackName>s</StackName><StackStatus>${deployed.stackStatus}</StackStatus>`)}</Stacks>`,
      ),
    ListStackResources: () => result(`<StackResourceSummaries>${resources.join('')}</StackResourceSummaries>`),
  };
  const prefix = action === 'GetCallerIdentity' ? 'sts' : 'cloudformation';
  return {
    action: `${prefix}:${action}`,
    reply: replies[action] ?? (() => ({ status: 400, xml: '<ErrorResponse/>' })),
  };
}

function restAnswer(deployed: Deployed, method: string, url: URL) {
  const [, , kind = '', name = '', part = ''] = url.pathname.split('/');
  if (kind === 'functions') return lambdaAnswer(deployed, name, part);
  if (url.pathname.startsWith('/schedules')) return schedulerAnswer(deployed, url.pathname.split('/')[2]);
  return bucketAnswer(method, url);
}

function lambdaAnswer(deployed: Deployed, name: string, part: string) {
  const gone = refusal('ResourceNotFoundException', `Function not found: ${name}`, 404);
  const replies: { [part: string]: { action: string; reply: () => Reply } } = {
    configuration: {
      action: 'lambda:GetFunctionConfiguration',
      reply: () => (deployed.functions[name] ? { json: deployed.functions[name] } : gone),
    },
    aliases: {
      action: 'lambda:GetAlias',
      reply: () => (deployed.alias ? { json: { Name: 'durable', FunctionVersion: deployed.alias } } : gone),
    },
    url: {
      action: 'lambda:GetFunctionUrlConfig',
      reply: () => (deployed.url ? { json: { FunctionUrl: deployed.url, AuthType: 'NONE' } } : gone),
    },
  };
  return replies[part] ?? { action: `lambda:${part}`, reply: () => gone };
}

function schedulerAnswer({ schedules }: Deployed, name: string | undefined) {
  const Arn = `arn:aws:lambda:${region}:${account}:function:nightshift-${stage}-schedule`;
  if (name === undefined) {
    const Schedules = schedules.map(({ Name, State }) => ({ Name, GroupName: 'default', State, Target: { Arn } }));
    return { action: 'scheduler:ListSchedules', reply: () => ({ json: { Schedules } }) };
  }
  const found = schedules.find(({ Name }) => Name === name);
  const { Input, ...schedule } = found ?? { Input: '' };
  return { action: 'scheduler:GetSchedule', reply: () => ({ json: { ...schedule, Target: { Arn, Input } } }) };
}

function bucketAnswer(method: string, { searchParams }: URL): { action: string; reply: () => Reply } {
  if (method === 'HEAD') return { action: 's3:ListBucket', reply: () => ({ xml: '' }) };
  if (searchParams.has('versioning')) {
    const xml = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    return { action: 's3:GetBucketVersioning', reply: () => ({ xml }) };
  }
  if (searchParams.has('publicAccessBlock')) {
    const on = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];
    const xml = `<PublicAccessBlockConfiguration>${on.map((name) => `<${name}>true</${name}>`).join('')}</PublicAccessBlockConfiguration>`;
    return { action: 's3:GetBucketPublicAccessBlock', reply: () => ({ xml }) };
  }
  const rule = '<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>400</Days></DefaultRetention></Rule>';
  const xml = `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}</ObjectLockConfiguration>`;
  return { action: 's3:GetBucketObjectLockConfiguration', reply: () => ({ xml }) };
}
