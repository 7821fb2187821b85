import type { Template } from './cloudformation.ts';

/**
 * The most that any role of Nightshift can ever have, whatever is written into its policy later: the actions that the roles
 * are made with, and none beside them. No role can give itself or another one more.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function boundary(roles: Template): Template {
  return {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: {
      ManagedPolicyName: 'nightshift-${self:provider.stage}-boundary',
      Description: 'The most that any role of Nightshift can ever have',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Sid: 'NoMoreThanTheRolesAreMadeWith', Effect: 'Allow', Action: actionsIn(roles), Resource: '*' }],
      },
    },
  };
}

type Statement = { Effect: string; Action: readonly string[] };
type Role = { Properties: { Policies: readonly { PolicyDocument: { Statement: readonly Statement[] } }[] } };

/** Every action that a policy of the roles allows. */
function actionsIn(roles: Template): string[] {
  const statements = Object.values(roles as { [id: string]: Role }).flatMap(({ Properties }) =>
    Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
  );
  const allowed = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);
  return [...new Set(allowed)].toSorted();
}
