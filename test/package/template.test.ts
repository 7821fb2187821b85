import { beforeAll, describe, expect, it } from 'vitest';
import { cloudFormationProblems } from './cloudformation-rules.ts';
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

describe('the template', () => {
  it('is what CloudFormation knows: types, properties, references', () => {
    expect(cloudFormationProblems(template)).toEqual([]);
  });

  it.each<[string, (copy: PackagedTemplate) => void, RegExp]>([
    [
      'a misspelt property',
      ({ Resources }) => (Resources['StateTable']!.Properties.TabelName = 'x'),
      /no property TabelName/,
    ],
    [
      'a missing one',
      ({ Resources }) => delete Resources['DeadLettersPolicy']!.Properties.Queues,
      /Queues is required/,
    ],
    [
      'a wrong type',
      ({ Resources }) => (Resources['RoomSubnetA']!.Properties.MapPublicIpOnLaunch = 'perhaps'),
      /boolean/,
    ],
    ['a name of nothing', ({ Resources }) => delete Resources['RunRole'], /names RunRole, which is not there/],
    ['an unknown type', ({ Resources }) => (Resources['StateTable']!.Type = 'AWS::DynamoDB::Tabel'), /no type/],
  ])('with %s is found out', (_what, change, problem) => {
    expect(cloudFormationProblems(changed(template, change)).join('\n')).toMatch(problem);
  });

  it('has one function for each handler, on Node 24 and arm64, with a role of its own', () => {
    const functions = Object.values(ofType(template, 'AWS::Lambda::Function'));
    expect(functions.map(({ Properties }) => String(Properties.FunctionName)).toSorted()).toEqual(
      project.bundles.map(({ name }) => `nightshift-${stage}-${name}`),
    );
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    }
    const roles = functions.map(({ Properties }) => JSON.stringify(Properties.Role));
    expect(new Set(roles).size).toBe(functions.length);
  });

  it('names each topic after its stage', () => {
    const topics = Object.values(ofType(template, 'AWS::SNS::Topic'));
    expect(topics.map(({ Properties }) => String(Properties.TopicName)).toSorted()).toEqual(
      ['alarms', 'database-events', 'operator'].map((name) => `nightshift-${stage}-${name}`),
    );
  });

  it('is durable where runs are, with an alias that outlives a deployment and versions that are kept', () => {
    const [[id] = ['']] = Object.entries(ofType(template, 'AWS::Lambda::Function')).filter(
      ([, { Properties }]) => Properties.DurableConfig,
    );
    expect(id).toBe('RunLambdaFunction');
    expect(properties(id).DurableConfig).toEqual({ ExecutionTimeout: 86_400, RetentionPeriodInDays: 30 });
    expect(Object.values(ofType(template, 'AWS::Lambda::Alias')).map(({ Properties }) => Properties.Name)).toEqual([
      'durable',
    ]);
    const versions = Object.values(ofType(template, 'AWS::Lambda::Version'));
    expect(versions.every(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toBe(true);
  });

  it('keeps what must not be lost', () => {
    expect(template.Resources['StateTable']).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(properties('StateTable')).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
    for (const id of ['ObjectsBucket', 'AuditBucket', 'BackupsBucket']) {
      expect(template.Resources[id]).toMatchObject({ DeletionPolicy: 'Retain' });
      expect(properties(id)).toMatchObject({ VersioningConfiguration: { Status: 'Enabled' } });
      expect(JSON.stringify(properties(id).BucketEncryption)).toContain('AES256');
    }
    expect(properties('AuditBucket')).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 400 } } },
    });
    // A lock that is longer than the shortest retention would keep what expired.
    expect(properties('BackupsBucket')).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 7 } } },
    });
    const rules: { Id: string }[] = properties('BackupsBucket').LifecycleConfiguration.Rules;
    expect(JSON.stringify(rules)).not.toMatch(/"Expiration(?:InDays|Date)"/);
  });

  it('gives every named thing a name that AWS takes and nothing else has', () => {
    const named = Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
      const kind = Type.split('::').at(-1) ?? '';
      const name: unknown = Properties[`${kind}Name`] ?? (kind === 'Rule' ? Properties.Name : undefined);
      return typeof name === 'string' ? [{ id, kind, name }] : [];
    });
    expect(named.filter(({ name }) => !/^[\w./-]+$/.test(name))).toEqual([]);
    const full = named.map(({ kind, name }) => `${kind} ${name}`);
    expect(new Set(full).size).toBe(full.length);
    expect(full).toContain(`Topic nightshift-${stage}-alarms`);
    expect(full).toContain(`Topic nightshift-${stage}-database-events`);
  });

  it('keeps every log for 30 days, and no longer', () => {
    const groups = Object.values(ofType(template, 'AWS::Logs::LogGroup'));
    expect(groups).toHaveLength(project.bundles.length);
    expect(groups.every(({ Properties }) => Properties.RetentionInDays === 30)).toBe(true);
  });

  it('names secrets and holds none', () => {
    const text = JSON.stringify(template);
    expect(text).not.toMatch(/xox[a-z]-|"password"|resolve:secretsmanager|AKIA/i);
    const variables = properties('SlackLambdaFunction').Environment.Variables;
    expect(variables.SLACK_BOT_TOKEN).toBe(`ssm:/nightshift/${stage}/slack/bot-token`);
    for (const id of [
      'ScheduleLambdaFunction',
      'ReadLambdaFunction',
      'ActLambdaFunction',
      'CopyLambdaFunction',
      'LogsLambdaFunction',
    ]) {
      expect(properties(id).Environment.Variables, id).not.toHaveProperty('SLACK_BOT_TOKEN');
    }
  });
});

describe('the alarms on the bot itself', () => {
  it('go to a topic outside Slack', () => {
    const alarms = Object.values(ofType(template, 'AWS::CloudWatch::Alarm'));
    expect(alarms.length).toBeGreaterThan(20);
    for (const { Properties } of alarms) expect(Properties.AlarmActions).toEqual([{ Ref: 'OperatorTopic' }]);
    expect(properties('OperatorTopic').Subscription[0].Protocol).toBe('email');
  });

  it('cover errors and throttles of every function, slow acknowledgements, events that wait, and dead letters', () => {
    const names = Object.values(ofType(template, 'AWS::CloudWatch::Alarm')).map(({ Properties }) =>
      String(Properties.AlarmName).replace(`nightshift-${stage}-`, ''),
    );
    const wanted = [
      ...project.bundles.flatMap(({ name }) => [`${name}-errors`, `${name}-throttles`]),
      'acknowledgement-slow',
      'schedule-event-age',
      'alarm-event-age',
      'run-event-age',
      'dead-letters',
      'nightly-health-silent',
      'hourly-statements-silent',
      'morning-slow-silent',
      'watch-writers-silent',
    ];
    expect(names.toSorted()).toEqual(wanted.toSorted());
  });

  it('ring when the nightly report did not run, also when nothing is heard at all', () => {
    expect(properties('NightlyHealthSilenceAlarm')).toMatchObject({
      MetricName: 'finished-nightly-health',
      Period: 3600,
      // A day, the hour that summer time adds, and two to spare.
      EvaluationPeriods: 27,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
    expect(properties('NightlyHealthFinishedFilter').FilterPattern).toBe(
      '{ $.message = "run ended" && $.detail.trigger = "schedule:nightly-health" && $.detail.ended = "done" }',
    );
  });
});
