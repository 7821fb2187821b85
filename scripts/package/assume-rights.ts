import { STAGE, type Right } from './right.ts';

/** A session with tags needs both: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required */
const failover: Right = {
  actions: ['sts:AssumeRole', 'sts:TagSession'],
  // By its name, because the role itself names this one in its trust.
  resources: [`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/nightshift-${STAGE}-failover`],
  why: 'has a cloud move writes, in the name of a run that was approved',
};
const operator: Right = {
  actions: ['sts:AssumeRole', 'sts:TagSession'],
  resources: [`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/nightshift-${STAGE}-operator`],
  why: 'has a cloud make snapshots of what it hosts, in the name of a run',
};
const expiry: Right = {
  actions: ['sts:AssumeRole', 'sts:TagSession'],
  resources: [`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/nightshift-${STAGE}-expiry`],
  why: 'has a cloud delete snapshots that expired, in the name of a run',
};

/** The roles that `run` may assume (assumed-roles.ts). */
export const assumesRoles: readonly Right[] = [failover, operator, expiry];
