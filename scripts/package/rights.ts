import type { Config } from '../../src/config/config.ts';
import type { DatabaseRoom } from '../../src/core/room.ts';
import { assumesRoles } from './assume-rights.ts';
import { deletesBackups, putsBackups, putsEncrypted, readsBackups, readsEncrypted } from './backup-rights.ts';
import { looksAtCopies } from './copy-rights.ts';
import { asksAgents } from './hand-rights.ts';
import { storedOutside, tokens } from './login-rights.ts';
import { readsPointers } from './pointer-rights.ts';
import { here, STAGE, type Right } from './right.ts';

export type { Right } from './right.ts';

/** The rights of one function: what its own clients call, and what the platform asks of it besides. */
export type FunctionRights = { calls: readonly Right[]; platform: readonly Right[] };

const fn = (name: string) => here('lambda', `function:nightshift-${STAGE}-${name}`);

/** Where the secrets of a function are kept; whatever the config names elsewhere is added by name. */
export function secretPath(name: string): string {
  return `nightshift/${STAGE}/${name}`;
}

const state: Right = {
  actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
  resources: [here('dynamodb', `table/nightshift-${STAGE}`)],
  why: 'the state table',
};
/** The room that copies says how far it is, and can neither read nor write anything else: no approval, no lock. */
const saysHowFar: Right = {
  ...state,
  why: 'how far a copy is, in the state table',
  partitions: ['copy#*', 'copy-stop#*'],
};
const startsRuns: Right = {
  actions: ['lambda:InvokeFunction'],
  resources: [`${fn('run')}:durable`],
  why: 'starts runs, through the durable alias alone',
};

/** Every function's rights. test/package/rights.test.ts holds them against the bundles. */
export function rightsOf(config: Config): Readonly<Record<string, FunctionRights>> {
  return {
    slack: {
      calls: [state, startsRuns, wakesRuns, ...secrets('slack', [])],
      platform: [logs('slack')],
    },
    schedule: { calls: [state, startsRuns, archives], platform: [logs('schedule'), deadLetters] },
    alarm: {
      calls: [state, startsRuns, readsTags, ...secrets('slack', [])],
      platform: [logs('alarm'), deadLetters],
    },
    run: {
      calls: [
        state,
        startsRuns,
        ...secrets('slack', []),
        checkpoints,
        ...asksClouds,
        ...readsPointers(config),
        ...assumesRoles,
        ...asksAgents(config),
        ...looksAtCopies(config),
        ...readsBackups(config),
      ],
      platform: [logs('run'), deadLetters, invokesRooms(config), ...readsEncrypted(config)],
    },
    read: room(config, 'read', []),
    act: room(config, 'act', [state]),
    copy: copyRights(config),
    logs: { calls: readsLogs, platform: [logs('logs')] },
    prune: {
      calls: [state, ...readsBackups(config), ...deletesBackups(config)],
      platform: [logs('prune'), ...readsEncrypted(config)],
    },
  };
}

function copyRights(config: Config): FunctionRights {
  const { calls, platform } = room(config, 'copy', [saysHowFar, ...readsBackups(config), putsBackups(config)]);
  return { calls, platform: [...platform, ...putsEncrypted(config)] };
}

const archives: Right = {
  actions: ['s3:PutObject'],
  resources: [`arn:\${AWS::Partition}:s3:::nightshift-${STAGE}-audit-\${AWS::AccountId}-\${AWS::Region}/*`],
  why: 'a copy of each day of the audit record, under Object Lock',
};
/** A callback's ARN names the version that the execution runs on: https://docs.aws.amazon.com/lambda/latest/dg/durable-security.html */
const wakesRuns: Right = {
  actions: ['lambda:SendDurableExecutionCallbackSuccess'],
  resources: [`${fn('run')}:*`],
  why: 'wakes a run whose plan was decided on',
};
const readsTags: Right = {
  actions: ['cloudwatch:ListTagsForResource'],
  resources: [here('cloudwatch', 'alarm:*')],
  why: 'an alarm that neither the config nor a dimension names may have the tag nightshift:target',
};
const checkpoints: Right = {
  actions: ['lambda:CheckpointDurableExecution', 'lambda:GetDurableExecutionState'],
  resources: [`${fn('run')}:*`],
  why: 'its own durable executions',
};
/**
 * What is asked of the clouds that host targets (src/providers/<provider>/cloud.ts). The actions without resources, and
 * GetMetricData, cannot be narrowed: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
const asksClouds: readonly Right[] = [
  {
    actions: ['rds:DescribeDBClusters', 'rds:DescribeDBInstances', 'rds:DescribePendingMaintenanceActions'],
    resources: [here('rds', 'db:*'), here('rds', 'cluster:*')],
    why: 'how instances are set up, and what waits to be done to them',
  },
  {
    actions: ['rds:DescribeDBClusterSnapshots', 'rds:DescribeDBSnapshots'],
    resources: ['db:*', 'snapshot:*', 'cluster:*', 'cluster-snapshot:*'].map((name) => here('rds', name)),
    why: 'which snapshots there are, and how far they are',
  },
  {
    actions: ['pi:GetResourceMetrics'],
    resources: [here('pi', 'metrics/rds/*')],
    why: 'what sessions wait for, where Performance Insights is on',
  },
  {
    actions: [
      'elasticache:DescribeCacheClusters',
      'elasticache:DescribeReplicationGroups',
      'elasticache:DescribeSnapshots',
      'elasticache:DescribeUpdateActions',
      'elasticache:ListTagsForResource',
    ],
    resources: ['replicationgroup:*', 'cluster:*', 'snapshot:*'].map((name) => here('elasticache', name)),
    why: 'how Redis groups are set up, what waits to be done to them, whether they are tagged, and which snapshots there are',
  },
  {
    actions: [
      'cloudwatch:GetMetricData',
      'rds:DescribeAccountAttributes',
      'rds:DescribeCertificates',
      'rds:DescribeDBEngineVersions',
      'rds:DescribeEvents',
    ],
    resources: ['*'],
    why: 'metrics of the machines, versions to upgrade to, certificates, quotas, what became of a failover',
  },
];
/** What the host of a target keeps of its logs (src/providers/<provider>/logs.ts). */
const readsLogs: readonly Right[] = [
  {
    actions: ['logs:FilterLogEvents'],
    resources: [here('logs', 'log-group:/aws/rds/*')],
    why: 'the logs of PostgreSQL, where RDS and Aurora publish them to CloudWatch',
  },
  {
    actions: ['rds:DescribeDBInstances', 'rds:DescribeDBLogFiles', 'rds:DownloadDBLogFilePortion'],
    resources: [here('rds', 'db:*')],
    why: 'the same from the instance itself, where they are not published',
  },
  { actions: ['rds:DescribeDBParameters'], resources: [here('rds', 'pg:*')], why: 'how their lines begin' },
];
const deadLetters: Right = {
  actions: ['sqs:SendMessage'],
  resources: [here('sqs', `nightshift-${STAGE}-dead-letters`)],
  why: 'what failed at every attempt is kept',
};

/** Lambda makes a chained invoke with the role of the function that asks for it. */
function invokesRooms(config: Config): Right {
  const sets = [...new Set(['default', ...config.targets.map(({ rooms }) => rooms)])];
  const names = ['read', 'act', 'copy', 'logs', 'prune'].flatMap((name) =>
    sets.map((set) => (set === 'default' ? name : `${name}-${set}`)),
  );
  // A run of many targets hands them out in shares, which are executions of its own function.
  const resources = [...names.map(fn), `${fn('run')}:durable`];
  return {
    actions: ['lambda:InvokeFunction'],
    resources,
    why: 'sends steps to the rooms, and shares of its targets to itself',
  };
}

function room(config: Config, name: DatabaseRoom, more: readonly Right[]): FunctionRights {
  const connects = tokens(config, name);
  return {
    calls: [...more, ...secrets(name, storedOutside(config, name))],
    platform: [logs(name), ...networkInterfaces, ...(connects ? [connects] : [])],
  };
}

function logs(name: string): Right {
  return {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [here('logs', `log-group:/aws/lambda/nightshift-${STAGE}-${name}:*`)],
    why: 'its own log',
  };
}

/**
 * Lambda attaches a function to a VPC with the function's role. These actions know no resources that could be named before
 * the interface exists; roles.ts forbids them to the function's own code.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export const networkActions = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
] as const;
const networkInterfaces: readonly Right[] = [
  { actions: networkActions, resources: ['*'], why: 'Lambda itself attaches the function to the VPC' },
];

function secrets(place: string, named: readonly { store: 'ssm' | 'secretsmanager'; name: string }[]): Right[] {
  const inStore = (store: string) => named.filter((one) => one.store === store).map(({ name }) => name);
  return [
    {
      actions: ['ssm:GetParameter'],
      resources: [secretPath(place), ...inStore('ssm').map((name) => name.slice(1))].map((name, index) =>
        here('ssm', `parameter/${name}${index === 0 ? '/*' : ''}`),
      ),
      why: 'its own secrets in SSM',
    },
    {
      actions: ['secretsmanager:GetSecretValue'],
      // Secrets Manager adds a hyphen and six characters to the name in an ARN.
      resources: [
        here('secretsmanager', `secret:${secretPath(place)}/*`),
        ...inStore('secretsmanager').map((name) =>
          name.startsWith('arn:') ? name : here('secretsmanager', `secret:${name}-??????`),
        ),
      ],
      why: 'its own secrets in Secrets Manager',
    },
  ];
}
