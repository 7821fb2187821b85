import { here } from './right.ts';
import type { Template } from './cloudformation.ts';

/** The tag of a session: the id of its run. */
const RUN = 'aws:PrincipalTag/nightshift:run';
/** The tag that what a drill makes has to carry. */
const DRILL_TAG = 'nightshift:drill';
/** The digits of a run's id. */
const ANY_RUN = '?'.repeat(40);

const rds = (...names: readonly string[]) => names.map((name) => ({ 'Fn::Sub': here('rds', name) }));
const elasticache = (...names: readonly string[]) => names.map((name) => ({ 'Fn::Sub': here('elasticache', name) }));

const FROM_SNAPSHOTS = ['rds:RestoreDBClusterFromSnapshot', 'rds:RestoreDBInstanceFromDBSnapshot'];
const TO_MOMENTS = ['rds:RestoreDBClusterToPointInTime', 'rds:RestoreDBInstanceToPointInTime'];
const GROUPS = ['og:*', 'pg:*', 'cluster-pg:*', 'subgrp:*'];

/**
 * Something new by our own name, in a restore alone. To restore to a moment, IAM asks for its source as well: what is there already is never
 * gone over, because AWS refuses a name that is taken.
 */
export const restoreStatements: readonly Template[] = [
  {
    Sid: 'RestoresByOurName',
    Effect: 'Allow',
    Action: ['rds:AddTagsToResource', 'rds:CreateDBInstance', ...FROM_SNAPSHOTS],
    Resource: rds('db:nightshift-*', 'cluster:nightshift-*', 'snapshot:*', 'cluster-snapshot:*', ...GROUPS),
    Condition: { StringLike: { [RUN]: `restore-${ANY_RUN}` } },
  },
  {
    Sid: 'RestoresToMoments',
    Effect: 'Allow',
    Action: TO_MOMENTS,
    Resource: rds('db:*', 'cluster:*', ...GROUPS),
    Condition: { StringLike: { [RUN]: `restore-${ANY_RUN}`, 'aws:RequestTag/nightshift:run': `restore-${ANY_RUN}` } },
  },
  {
    Sid: 'RestoresGroupsByOurName',
    Effect: 'Allow',
    Action: ['elasticache:CreateReplicationGroup'],
    Resource: elasticache(
      'replicationgroup:nightshift-*',
      'cluster:nightshift-*',
      'snapshot:*',
      'parametergroup:*',
      'subnetgroup:*',
      'usergroup:*',
    ),
    Condition: { StringLike: { [RUN]: `restore-${ANY_RUN}` } },
  },
];

/** The runs for which the drill role may be assumed. */
export const drillRuns: readonly string[] = [`drill-${ANY_RUN}`, `sweep-${ANY_RUN}`];

/** What a drill makes has to carry its tag; what has not its tag and its name can never be deleted. */
export const drillStatements: readonly Template[] = [
  {
    Sid: 'RestoresForDrills',
    Effect: 'Allow',
    Action: ['rds:CreateDBInstance', ...FROM_SNAPSHOTS],
    Resource: rds('db:nightshift-drill-*', 'cluster:nightshift-drill-*', 'snapshot:*', 'cluster-snapshot:*', ...GROUPS),
    Condition: { StringLike: { [RUN]: `drill-${ANY_RUN}` } },
  },
  {
    Sid: 'RestoresToMomentsForDrills',
    Effect: 'Allow',
    Action: TO_MOMENTS,
    Resource: rds('db:*', 'cluster:*', ...GROUPS),
    Condition: { StringLike: { [RUN]: `drill-${ANY_RUN}`, [`aws:RequestTag/${DRILL_TAG}`]: '*' } },
  },
  {
    Sid: 'MarksWhatItMakesAndWhatItProved',
    Effect: 'Allow',
    Action: ['rds:AddTagsToResource'],
    Resource: rds(
      'db:nightshift-drill-*',
      'cluster:nightshift-drill-*',
      'snapshot:nightshift-*',
      'cluster-snapshot:nightshift-*',
    ),
    Condition: { StringLike: { [RUN]: `drill-${ANY_RUN}` } },
  },
  {
    Sid: 'DeletesWhatDrillsMade',
    Effect: 'Allow',
    Action: ['rds:DeleteDBCluster', 'rds:DeleteDBInstance'],
    Resource: rds('db:nightshift-drill-*', 'cluster:nightshift-drill-*'),
    Condition: { StringLike: { [`aws:ResourceTag/${DRILL_TAG}`]: '*' } },
  },
];
