import { beforeAll, describe, expect, it } from 'vitest';
import { exposureProblems } from './exposure-rules.ts';
import { statementsOf } from './iam-rules.ts';
import { changed, ofType, propertiesOf, stage, type PackagedTemplate } from './packaged.ts';
import { sharedPackage, type SharedPackage } from './shared-package.ts';

let project: SharedPackage;
let template: PackagedTemplate;

beforeAll(async () => {
  project = await sharedPackage();
  template = project.template;
});

function properties(id: string) {
  return propertiesOf(template, id);
}

describe('the ways in', () => {
  it('are public nowhere but at the function URL of slack', () => {
    expect(exposureProblems(template)).toEqual([]);
    expect(Object.values(ofType(template, 'AWS::Lambda::Url'))).toHaveLength(1);
    // The URL needs both: the one to be called, the other to be invoked through it.
    const open = Object.values(ofType(template, 'AWS::Lambda::Permission')).filter(
      ({ Properties }) => Properties.Principal === '*',
    );
    expect(open.map(({ Properties }) => String(Properties.Action)).toSorted()).toEqual([
      'lambda:InvokeFunction',
      'lambda:InvokeFunctionUrl',
    ]);
  });

  it.each<[string, (copy: PackagedTemplate) => void, RegExp]>([
    [
      'a function for everybody',
      ({ Resources }) =>
        (Resources['Open'] = {
          Type: 'AWS::Lambda::Permission',
          Properties: { Action: 'lambda:InvokeFunction', Principal: '*', FunctionName: 'run' },
        }),
      /Open lets everybody/,
    ],
    [
      'a topic for everybody',
      ({ Resources }) => delete Resources['DatabaseEventTopicPolicy']!.Properties.PolicyDocument.Statement[0].Condition,
      /ElastiCacheOfThisAccount allows everybody/,
    ],
    [
      'a bucket that can be opened',
      ({ Resources }) =>
        (Resources['AuditBucket']!.Properties.PublicAccessBlockConfiguration.BlockPublicPolicy = false),
      /AuditBucket can be made public/,
    ],
  ])('with %s are found out', (_what, change, problem) => {
    expect(exposureProblems(changed(template, change)).join('\n')).toMatch(problem);
  });

  it('of schedules have a role of their own that trusts the scheduler for this account alone', () => {
    const schedules = Object.values(ofType(template, 'AWS::Scheduler::Schedule'));
    expect(schedules.length).toBeGreaterThan(1);
    for (const { Properties } of schedules)
      expect(Properties.Target.RoleArn).toEqual({ 'Fn::GetAtt': ['SchedulerRole', 'Arn'] });
    const [trust] = properties('SchedulerRole').AssumeRolePolicyDocument.Statement;
    expect(trust).toMatchObject({
      Principal: { Service: 'scheduler.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
    const [invokes] = statementsOf(template, 'SchedulerRole');
    expect(JSON.stringify(invokes?.Resource)).toContain(`function:nightshift-${stage}-schedule"`);
    const nightly = schedules.find(({ Properties }) => Properties.ScheduleExpression === 'cron(0 2 * * ? *)');
    expect(nightly?.Properties.ScheduleExpressionTimezone).toBe('Europe/Berlin');
  });

  it('start runs through the durable alias and nothing else', () => {
    for (const id of ['SlackRole', 'ScheduleRole', 'AlarmRole']) {
      const invokes = statementsOf(template, id).filter(({ Action }) => Action.includes('lambda:InvokeFunction'));
      expect(invokes).toHaveLength(1);
      expect(JSON.stringify(invokes[0]?.Resource), id).toMatch(
        /^\[\{"Fn::Sub":"[^"]*:function:nightshift-dev-run:durable"\}\]$/,
      );
    }
  });

  it('keep what they cannot deliver: rules may write to the dead-letter queue', () => {
    const rules = Object.values(ofType(template, 'AWS::Events::Rule'));
    expect(rules).toHaveLength(2);
    for (const { Properties } of rules)
      expect(Properties.Targets[0].DeadLetterConfig).toEqual({ Arn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } });
    const [allowed] = properties('DeadLettersPolicy').PolicyDocument.Statement;
    expect(allowed).toMatchObject({ Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage' });
    for (const name of ['Schedule', 'Alarm', 'Run'])
      expect(properties(`${name}LambdaFunction`)).toHaveProperty('DeadLetterConfig');
  });

  it('from ElastiCache are unencrypted, for that service publishes to no other topic', () => {
    for (const { Properties } of Object.values(ofType(template, 'AWS::SNS::Topic')))
      expect(Properties).not.toHaveProperty('KmsMasterKeyId');
    expect(JSON.stringify(properties('DatabaseEventTopicPolicy'))).toContain('aws:SourceOwner');
  });
});

describe('the rooms in the VPC', () => {
  it('are read, act and copy, in two subnets of their own, each a list of its own', () => {
    const inVpc = Object.values(ofType(template, 'AWS::Lambda::Function')).filter(
      ({ Properties }) => Properties.VpcConfig,
    );
    expect(inVpc.map(({ Properties }) => String(Properties.FunctionName)).toSorted()).toEqual(
      ['act', 'copy', 'read'].map((name) => `nightshift-${stage}-${name}`),
    );
    for (const { Properties } of inVpc) {
      expect(Properties.VpcConfig.SubnetIds).toEqual([{ Ref: 'RoomSubnetA' }, { Ref: 'RoomSubnetB' }]);
      expect(Properties.VpcConfig.SecurityGroupIds).toEqual([{ Ref: 'RoomSecurityGroup' }]);
    }
  });

  it('have no route out: the table has no route but the local one and the gateways', () => {
    expect(ofType(template, 'AWS::EC2::Route')).toEqual({});
    const associations = Object.values(ofType(template, 'AWS::EC2::SubnetRouteTableAssociation'));
    expect(associations.map(({ Properties }) => String(Properties.SubnetId.Ref)).toSorted()).toEqual([
      'RoomSubnetA',
      'RoomSubnetB',
    ]);
    for (const id of ['RoomSubnetA', 'RoomSubnetB']) expect(properties(id).MapPublicIpOnLaunch).toBe(false);
  });

  it('reach of AWS their own table and buckets alone', () => {
    const endpoints = Object.values(ofType(template, 'AWS::EC2::VPCEndpoint'));
    expect(endpoints).toHaveLength(2);
    for (const { Properties } of endpoints) {
      expect(Properties.VpcEndpointType).toBe('Gateway');
      expect(Properties.RouteTableIds).toEqual([{ Ref: 'RoomRouteTable' }]);
      expect(JSON.stringify(Properties.PolicyDocument)).not.toContain('"Resource":["*"]');
    }
  });

  it('reach of the network the ports of nightshift.yaml alone', () => {
    const { SecurityGroupIngress, SecurityGroupEgress } = properties('RoomSecurityGroup');
    expect(SecurityGroupIngress).toEqual([]);
    expect(SecurityGroupEgress.map(({ FromPort }: { FromPort: number }) => FromPort)).toEqual([
      5432, 6379, 26_379, 443,
    ]);
  });

  it('know the authorities of RDS', () => {
    for (const name of ['Read', 'Act', 'Copy']) {
      expect(properties(`${name}LambdaFunction`).Environment.Variables.NODE_EXTRA_CA_CERTS).toBe(
        '/var/runtime/ca-cert.pem',
      );
    }
  });
});
