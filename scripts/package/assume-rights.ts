import { STAGE, type Right } from './right.ts';

/**
 * A session with tags needs both actions: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required.
 * Each role by its name, because the role itself names this one in its trust.
 */
function assumes(role: string, why: string): Right {
  return {
    actions: ['sts:AssumeRole', 'sts:TagSession'],
    resources: [`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/nightshift-${STAGE}-${role}`],
    why,
  };
}

/** The roles that `run` assumes, each for what it has a cloud do. */
export const assumesRoles: readonly Right[] = [
  assumes('failover', 'has a cloud move writes, in the name of a run that was approved'),
  assumes('operator', 'has a cloud make snapshots of what it hosts, in the name of a run'),
  assumes('expiry', 'has a cloud delete snapshots that expired, in the name of a run'),
  assumes('drill', 'has a cloud restore for a drill, and delete that again'),
];
