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
  stackStatus: string | undefined;
  /** Of both buckets; `retention` is that of Object Lock in days, `blocked` is public access. */
  buckets: { versioning: 'Enabled' | 'Suspended'; blocked: boolean; retention: number | undefined };
  /** As XML, by the name of the thing. */
  instances: { [id: string]: string };
  clusters: { [id: string]: string };
  groups: { [id: string]: string };
  nodes: { [id: string]: string };
  /** IAM actions that the caller may not call. */
  denied: Set<string>;
};

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
  const names = ['slack', 'schedule', 'alarm', 'run', ...rooms, 'logs', 'prune'];
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
    buckets: { versioning: 'Enabled', blocked: true, retention: 400 },
    instances: { 'orders-db': instance() },
    clusters: { 'stock-cluster': cluster() },
    groups: { 'orders-cache': group() },
    nodes: { 'orders-cache-001': node() },
    denied: new Set(),
  };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html */
export function instance(change: { [field: string]: string } = {}): string {
  return xmlOf({
    DBInstanceStatus: 'available',
    EngineVersion: '18.1',
    BackupRetentionPeriod: '7',
    IAMDatabaseAuthenticationEnabled: 'true',
    DeletionProtection: 'true',
    PubliclyAccessible: 'false',
    StorageEncrypted: 'true',
    ...change,
  });
}

export function cluster(change: { [field: string]: string } = {}): string {
  return xmlOf({
    DBClusterIdentifier: 'stock-cluster',
    Status: 'available',
    EngineVersion: '17.5',
    BackupRetentionPeriod: '7',
    DeletionProtection: 'true',
    IAMDatabaseAuthenticationEnabled: 'true',
    ...change,
  });
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeReplicationGroups.html */
export function group(change: { [field: string]: string } = {}): string {
  return xmlOf({
    Status: 'available',
    AutomaticFailover: 'enabled',
    TransitEncryptionEnabled: 'true',
    SnapshotRetentionLimit: '7',
    MemberClusters: '<ClusterId>orders-cache-001</ClusterId>',
    UserGroupIds: '<member>rooms</member>',
    ...change,
  });
}

export function node(topic = `arn:aws:sns:${region}:${account}:nightshift-${stage}-database-events`): string {
  const notification = `<TopicArn>${topic}</TopicArn><TopicStatus>active</TopicStatus>`;
  return xmlOf({ Engine: 'valkey', EngineVersion: '8.1', NotificationConfiguration: notification });
}

function xmlOf(fields: { [field: string]: string }): string {
  return Object.entries(fields)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('');
}
