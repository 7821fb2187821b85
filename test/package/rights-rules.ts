import { actionsOf } from '../../scripts/package/action.ts';
import type { Bundle } from '../../scripts/package/bundle.ts';
import { callsIn } from '../../scripts/package/contents.ts';
import { copyActions } from '../../scripts/package/copy-rights.ts';
import { handActions } from '../../scripts/package/hand-rights.ts';
import { pointerActions } from '../../scripts/package/pointer-rights.ts';
import { networkActions } from '../../scripts/package/rights.ts';
import { statementsOf } from './iam-rules.ts';
import { ofType, root, type PackagedTemplate, type Resource } from './packaged.ts';

/** A bundle does not say as which of its roles it calls; who deletes a database is decided here. */
const ONLY_AS: Readonly<Record<string, string>> = {
  'rds:DeleteDBCluster': 'DrillRole',
  'rds:DeleteDBInstance': 'DrillRole',
};

/**
 * Where a function's role and its bundle differ: an action that nothing in the bundle calls and the platform does not ask for,
 * or a call that the role does not allow. Both ways, so that a statement can neither be widened nor lost.
 */
export function rightsProblems(template: PackagedTemplate, bundles: readonly Bundle[]): string[] {
  return bundles.flatMap((bundle) => {
    const lambda = functionOf(template, bundle.name);
    if (!lambda) return [`there is no function for the handler ${bundle.name}`];
    const roleId = String(lambda.Properties.Role['Fn::GetAtt'][0]);
    const allowed = new Set(actionsIn(template, roleId));
    const unasked = unnamed(template);
    const called = callsIn(root, bundle)
      .flatMap(actionsOf)
      .filter((action) => !unasked.has(action));
    // What it calls as another role must not be among its own rights, and that role is not there for anything else.
    const assumed = (bundle.name === 'run' ? ['DrillRole', 'FailoverRole', 'OperatorRole', 'ExpiryRole'] : []).flatMap(
      (role) => actionsIn(template, role).map((action) => ({ role, action })),
    );
    const asAnother = new Set(assumed.map(({ action }) => action));
    const needed = new Set([...called.filter((action) => !asAnother.has(action)), ...platformActions(lambda)]);
    return [
      ...assumed
        .filter(({ role, action }) => !called.includes(action) || (ONLY_AS[action] ?? role) !== role)
        .map(({ role, action }) => `${bundle.name} as ${role} may ${action} and never does`),
      ...[...allowed]
        .filter((action) => !needed.has(action))
        .map((action) => `${bundle.name} may ${action} and never does`),
      ...[...needed]
        .filter((action) => !allowed.has(action))
        .map((action) => `${bundle.name} does ${action} and may not`),
    ];
  });
}

/** What only a kind of pointer or of copies, or agents on hosts, need that the config does not name: then no role may do any of it. */
function unnamed(template: PackagedTemplate): ReadonlySet<string> {
  const allowed = new Set(['RunRole', 'FailoverRole', 'OperatorRole'].flatMap((id) => actionsIn(template, id)));
  const kinds: (readonly string[])[] = [...Object.values(pointerActions), ...Object.values(copyActions), handActions];
  return new Set(kinds.filter((actions) => actions.every((action) => !allowed.has(action))).flat());
}

function actionsIn(template: PackagedTemplate, roleId: string): string[] {
  return statementsOf(template, roleId)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => Action);
}

function functionOf(template: PackagedTemplate, name: string): Resource | undefined {
  return Object.values(ofType(template, 'AWS::Lambda::Function')).find(
    ({ Properties }) => Properties.Handler === `dist/${name}/index.handler`,
  );
}

/** What Lambda itself does with a function's role. */
function platformActions({ Properties }: Resource): string[] {
  return [
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    ...(Properties.VpcConfig ? networkActions : []),
    ...(Properties.DeadLetterConfig ? ['sqs:SendMessage'] : []),
    // A durable function's chained invokes.
    ...(Properties.DurableConfig ? ['lambda:InvokeFunction'] : []),
  ];
}
