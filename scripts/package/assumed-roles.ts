import type { Config } from '../../src/config/config.ts';
import type { Template } from './cloudformation.ts';
import { deletesSnapshots, makesCopies } from './copy-rights.ts';
import { sendsToAgents } from './hand-rights.ts';
import { changesPointers } from './pointer-rights.ts';
import { drillRuns, drillStatements, restoreStatements } from './restore-rights.ts';

const STAGE = '${self:provider.stage}';
const here = (service: string, resource: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
});

/** The tag that a session must carry: the id of the run for which the role is assumed, so that CloudTrail names the run. */
export const RUN_TAG = 'nightshift:run';
/** The tag by which somebody allows that Nightshift fails a database over. */
export const FAILOVER_TAG = 'nightshift:failover';

/**
 * What `run` calls as the operator role (src/providers/failover-role.ts), and nothing beside it: clients do not notice it. Snapshots
 * by our own name alone, and tags on those.
 */
const operatorStatements = [
  {
    Sid: 'SnapshotsByOurName',
    Effect: 'Allow',
    Action: [
      'elasticache:AddTagsToResource',
      'elasticache:CreateSnapshot',
      'rds:AddTagsToResource',
      'rds:CreateDBClusterSnapshot',
      'rds:CreateDBSnapshot',
    ],
    Resource: [
      here('rds', 'db:*'),
      here('rds', 'cluster:*'),
      here('rds', 'snapshot:nightshift-*'),
      here('rds', 'cluster-snapshot:nightshift-*'),
      here('elasticache', 'replicationgroup:*'),
      here('elasticache', 'cluster:*'),
      here('elasticache', 'snapshot:nightshift-*'),
    ],
  },
];

/**
 * What `run` calls as the failover role (src/providers/failover-role.ts), and nothing beside it: test/package/rights.test.ts holds
 * it against the bundle. They are calls that clients notice.
 */
export const failoverActions = [
  'elasticache:ModifyReplicationGroup',
  'rds:FailoverDBCluster',
  'rds:ModifyDBInstance',
  'rds:PromoteReadReplica',
  'rds:RebootDBInstance',
] as const;

/** On databases that somebody tagged for it. A session is narrowed further, to the one that was approved. */
const failoverStatements = [
  {
    Sid: 'FailOverWhatIsTaggedForIt',
    Effect: 'Allow',
    Action: [...failoverActions],
    Resource: [here('rds', 'db:*'), here('rds', 'cluster:*'), here('elasticache', 'replicationgroup:*')],
    Condition: { StringEquals: { [`aws:ResourceTag/${FAILOVER_TAG}`]: 'allowed' } },
  },
];

/**
 * Roles for runs that change something through a provider's API. Only the role of `run` may assume them, and only with the
 * run's id as session tag. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function assumedRoles(config: Pick<Config, 'targets'>): Template {
  const pointers = changesPointers(config);
  const agents = sendsToAgents(config);
  const runs = [
    `*over-${ANY_RUN}`,
    ...(pointers.length === 0 ? [] : [`repoint-${ANY_RUN}`]),
    ...(agents.length === 0 ? [] : [`rejoin-${ANY_RUN}`]),
  ];
  return {
    OperatorRole: assumed(
      'operator',
      [`backup-${ANY_RUN}`, `restore-${ANY_RUN}`],
      [
        ...operatorStatements,
        ...restoreStatements,
        ...makesCopies(config, { [`aws:PrincipalTag/${RUN_TAG}`]: `backup-${ANY_RUN}` }),
      ],
    ),
    DrillRole: assumed('drill', drillRuns, drillStatements),
    ExpiryRole: assumed('expiry', `prune-${ANY_RUN}`, deletesSnapshots(config)),
    FailoverRole: assumed('failover', runs.length === 1 ? (runs[0] ?? '') : runs, [
      ...failoverStatements,
      ...pointers,
      ...agents,
    ]),
  };
}

/** The digits of a run's id. */
const ANY_RUN = '?'.repeat(40);

/** `runs` are patterns of run ids for which the role may be assumed; `switchover-…` and `failover-…` end in `over`. */
function assumed(name: string, runs: string | readonly string[], statements: readonly Template[]): Template {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: `nightshift-${STAGE}-${name}`,
      PermissionsBoundary: { Ref: 'Boundary' },
      MaxSessionDuration: 3600,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: { 'Fn::GetAtt': ['RunRole', 'Arn'] } },
            Action: ['sts:AssumeRole', 'sts:TagSession'],
            Condition: { StringLike: { [`aws:RequestTag/${RUN_TAG}`]: runs } },
          },
        ],
      },
      Policies: [{ PolicyName: name, PolicyDocument: { Version: '2012-10-17', Statement: [...statements] } }],
    },
  };
}
