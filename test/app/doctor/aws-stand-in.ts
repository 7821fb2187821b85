import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { account, healthy, region, stage, type Deployed } from './deployed.ts';
import { HOSTS, hostAnswer } from './host-answers.ts';

export type AwsStandIn = { url: string; deployed: Deployed; asked: string[]; stop(): Promise<void> };

export type Reply = { status?: number; json?: object; xml?: string; refused?: string };

/** The parts of AWS that doctor asks, over HTTP, in the protocols of the official clients. */
export async function startAws(): Promise<AwsStandIn> {
  const standIn = { deployed: healthy(), asked: [] as string[] };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { action, reply } = answer(standIn.deployed, request, await text(request));
    standIn.asked.push(action);
    send(response, standIn.deployed.denied.has(action) ? refusal('AccessDeniedException', action, 403) : reply());
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return Object.assign(standIn, { url, stop });
}

function send(response: ServerResponse, { status = 200, json, xml, refused }: Reply): void {
  response.writeHead(status, {
    'content-type': xml === undefined ? 'application/x-amz-json-1.0' : 'text/xml',
    ...(refused === undefined ? {} : { 'x-amzn-errortype': refused }),
  });
  response.end(xml ?? JSON.stringify(json ?? {}));
}

function refusal(type: string, message: string, status = 400): Reply {
  return { status, json: { __type: type, message, Message: message }, refused: type };
}

function answer(deployed: Deployed, request: IncomingMessage, body: string): { action: string; reply: () => Reply } {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string')
    return jsonAnswer(deployed, target, JSON.parse(body || '{}') as Record<string, string>);
  const form = new URLSearchParams(body);
  const action = form.get('Action');
  if (action !== null) return HOSTS[action] ? hostAnswer(deployed, action, form) : queryAnswer(deployed, action);
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

const NO_STACK =
  '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id nightshift-prod does not exist</Message></Error></ErrorResponse>';

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
      deployed.stackStatus === undefined
        ? { status: 400, xml: NO_STACK }
        : result(
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
  return bucketAnswer(deployed, method, url);
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

function bucketAnswer(
  { buckets }: Deployed,
  method: string,
  { searchParams }: URL,
): { action: string; reply: () => Reply } {
  if (method === 'HEAD') return { action: 's3:ListBucket', reply: () => ({ xml: '' }) };
  if (searchParams.has('versioning')) {
    const xml = `<VersioningConfiguration><Status>${buckets.versioning}</Status></VersioningConfiguration>`;
    return { action: 's3:GetBucketVersioning', reply: () => ({ xml }) };
  }
  if (searchParams.has('publicAccessBlock')) {
    const blocks = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];
    const fields = blocks.map((name) => `<${name}>${buckets.blocked}</${name}>`).join('');
    const xml = `<PublicAccessBlockConfiguration>${fields}</PublicAccessBlockConfiguration>`;
    return { action: 's3:GetBucketPublicAccessBlock', reply: () => ({ xml }) };
  }
  return { action: 's3:GetBucketObjectLockConfiguration', reply: () => lockReply(buckets.retention) };
}

function lockReply(days: number | undefined): Reply {
  const code = 'ObjectLockConfigurationNotFoundError';
  if (days === undefined) return { status: 404, xml: `<Error><Code>${code}</Code><Message>none</Message></Error>` };
  const rule = `<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>${days}</Days></DefaultRetention></Rule>`;
  return {
    xml: `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}</ObjectLockConfiguration>`,
  };
}
