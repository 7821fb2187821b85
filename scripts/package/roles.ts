import type { Config } from '../../src/config/config.ts';
import type { GeneratedFile } from '../generate/generated-file.ts';
import { assumedRoles } from './assumed-roles.ts';
import { boundary } from './boundary.ts';
import { sub, templateText, type Template } from './cloudformation.ts';
import { networkActions, rightsOf, type FunctionRights, type Right } from './rights.ts';

/** One role for each function, the roles that are assumed for what interrupts, and the boundary around them all. */
export function roles(config: Config): GeneratedFile {
  const functions = Object.entries(rightsOf(config)).map(([name, rights]) => [
    roleId(name),
    functionRole(name, rights),
  ]);
  const all: Template = { ...Object.fromEntries(functions), ...schedulerRole, ...assumedRoles(config) };
  const Resources = { ...all, Boundary: boundary(all) };
  return { path: 'infra/roles.generated.yml', text: templateText({ Resources }) };
}

/** The logical id of a function's role: `SlackRole`. */
export function roleId(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Role`;
}

function functionRole(name: string, { calls, platform }: FunctionRights): Template {
  const rights = [...calls, ...platform];
  const inVpc = platform.some(({ actions }) => actions === networkActions);
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: `nightshift-\${self:provider.stage}-${name}`,
      PermissionsBoundary: { Ref: 'Boundary' },
      AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
      Policies: [
        {
          PolicyName: name,
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [...rights.map(statement), ...(inVpc ? [notByItsCode(name)] : [])],
          },
        },
      ],
    },
  };
}

/** Pure: one statement for each right. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html */
export function statement({ actions, resources, why, partitions, condition }: Right): Template {
  const only = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...(partitions ?? [])] } };
  return {
    Sid: sid(why),
    Effect: 'Allow',
    Action: [...actions],
    Resource: resources.map(sub),
    ...(partitions === undefined ? {} : { Condition: { ...only, Null: { 'dynamodb:LeadingKeys': 'false' } } }),
    ...(condition === undefined ? {} : { Condition: { ...condition } }),
  };
}

/** A Sid holds letters and digits alone. */
function sid(why: string): string {
  const words = why
    .replace(/[^A-Za-z0-9 ]/g, '')
    .split(' ')
    .filter(Boolean)
    .slice(0, 7);
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
}

/** The network interfaces are Lambda's business: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice */
function notByItsCode(name: string): Template {
  const arn = `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:nightshift-\${self:provider.stage}-${name}`;
  return {
    Sid: 'NeverByTheFunctionsOwnCode',
    Effect: 'Deny',
    Action: [...networkActions],
    Resource: '*',
    Condition: { ArnEquals: { 'lambda:SourceFunctionArn': [{ 'Fn::Sub': arn }] } },
  };
}

function trust(service: string, condition?: Template): Template {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sts:AssumeRole',
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    ],
  };
}

/** EventBridge Scheduler invokes with a role of its own, so that the function's role trusts nobody but Lambda. */
const schedulerRole: Template = {
  SchedulerRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'nightshift-${self:provider.stage}-scheduler',
      PermissionsBoundary: { Ref: 'Boundary' },
      AssumeRolePolicyDocument: trust('scheduler.amazonaws.com', {
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      }),
      Policies: [
        {
          PolicyName: 'scheduler',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              statement({
                actions: ['lambda:InvokeFunction'],
                resources: [
                  'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:nightshift-${self:provider.stage}-schedule',
                ],
                why: 'invokes the function of due jobs',
              }),
              statement({
                actions: ['sqs:SendMessage'],
                resources: [
                  'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:nightshift-${self:provider.stage}-dead-letters',
                ],
                why: 'keeps what could not be delivered',
              }),
            ],
          },
        },
      ],
    },
  },
};
