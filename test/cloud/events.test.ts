import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blockText } from '../../src/local/block-text.ts';
import { matchesPattern } from '../../src/runtime/event-pattern.ts';
import { nowhere, root } from '../house.ts';
import { askJson, askQuery } from './ask.ts';
import { startCloud, stateOf, type Cloud } from './cloud.ts';
import { account } from './emulator.ts';
import { scheduleOf } from './passed-over.ts';

const alarmFunction = 'nightshift-dev-alarm';
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ addresses: JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES) });
});
afterAll(() => cloud?.stop());

const recorded = (name: string) => readFileSync(join(root, 'events', `${name}.json`), 'utf8');

describe('an alarm by SNS', () => {
  it('that is published to the topic of the stack opens an incident in the channel', async () => {
    const [{ Sns }] = JSON.parse(recorded('alarm.sns.connections.alarm')).Records;
    const TopicArn = cloud.stack.outputs['AlarmTopicArn'] ?? '';
    await askQuery(cloud.emulator, 'sns', { Action: 'Publish', TopicArn, Message: Sns.Message, Subject: Sns.Subject });
    expect(await cloud.posted((text) => text.includes('shop-db-connections'))).toMatch(/shop-db/);
  });

  it('[emulator] of its own CloudWatch has no AlarmArn, which AWS sends: kept aside with the reason, nothing is posted', async () => {
    const { client } = cloud.emulator;
    const cloudWatch = new CloudWatchClient(client);
    const AlarmName = 'shop-db-made-here';
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: 'AWS/RDS',
        MetricName: 'DatabaseConnections',
        Statistic: 'Average',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 80,
        ComparisonOperator: 'GreaterThanThreshold',
        AlarmActions: [cloud.stack.outputs['AlarmTopicArn'] ?? ''],
      }),
    );
    await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'by hand' }));
    const { audit } = stateOf(cloud);
    const today = new Date().toISOString().slice(0, 10);
    const aside = () => audit.day(today).then((entries) => entries.filter(({ id }) => id.startsWith('aside:')));
    await expect.poll(aside, { timeout: 20_000 }).toHaveLength(1);
    expect(JSON.stringify(await aside())).toContain('not a CloudWatch alarm notification');
    expect(JSON.stringify(cloud.slack.messages())).not.toContain(AlarmName);
  });
});

describe('an alarm by EventBridge', () => {
  it('matches the deployed rules as the laptop says, for every recorded event', async () => {
    const { Rules } = await askJson<{ Rules: { Name: string; EventPattern: string }[] }>(
      cloud.emulator,
      'AWSEvents.ListRules',
      {},
    );
    expect(Rules.map(({ Name }) => Name)).toEqual(['nightshift-dev-alarms', 'nightshift-dev-rds-events']);
    const files = globSync('events/alarm.eventbridge.*.json', { cwd: root }).map((file) => join(root, file));
    const events = files.map((file) => readFileSync(file, 'utf8')).flatMap((text) => [text, ...variants(text)]);
    const answers = new Set<string>();
    for (const { Name, EventPattern } of Rules) {
      for (const Event of events) {
        const ours = matchesPattern(JSON.parse(EventPattern), JSON.parse(Event));
        const { Result } = await askJson<{ Result: boolean }>(cloud.emulator, 'AWSEvents.TestEventPattern', {
          Event,
          EventPattern,
        });
        expect(Result, `${Name}: ${Event}`).toBe(ours);
        answers.add(`${Name} ${ours}`);
      }
    }
    // Both answers were asked of both rules.
    expect(answers.size).toBe(4);
  });

  it('[emulator] cannot be put by hand, as on AWS, and its CloudWatch puts none: a rule of the test brings the recorded event', async () => {
    const event = JSON.parse(recorded('alarm.eventbridge.replica-lag.alarm'));
    const put = (Source: string, detail: object) =>
      askJson<object>(cloud.emulator, 'AWSEvents.PutEvents', {
        Entries: [{ Source, DetailType: event['detail-type'], Detail: JSON.stringify(detail) }],
      });
    expect(await put('aws.cloudwatch', event.detail)).toMatchObject({
      Entries: [{ ErrorCode: 'NotAuthorizedForSourceException' }],
    });
    const Rule = 'brings-what-was-recorded';
    const EventPattern = JSON.stringify({ source: ['nightshift.test'] });
    await askJson(cloud.emulator, 'AWSEvents.PutRule', { Name: Rule, EventPattern });
    const Arn = `arn:aws:lambda:${cloud.emulator.client.region}:${account}:function:${alarmFunction}`;
    const Targets = [{ Id: 'alarm', Arn, InputPath: '$.detail' }];
    await askJson(cloud.emulator, 'AWSEvents.PutTargets', { Rule, Targets });
    await put('nightshift.test', event);
    expect(await cloud.posted((text) => text.includes('shop-db-replica-lag'))).toMatch(/shop-db/);
  });
});

describe('a schedule', () => {
  it('[emulator] has no context attributes: its time stays a placeholder, which the function refuses by name', async () => {
    const { Target } = await nightly();
    expect(Target?.Input).toContain('<aws.scheduler.scheduled-time>');
    const answer = await invokeSchedule(Target?.Input ?? '');
    expect(answer).toMatch(/names no schedule and time/);
  });

  it('that is due starts the run of its job, with the deployed target and a time filled in by the test', async () => {
    const { Target } = await nightly();
    const Input = (Target?.Input ?? '').replace('<aws.scheduler.scheduled-time>', '2026-11-24T01:00:00Z');
    const moment = new Date().toISOString().slice(0, 19);
    await new SchedulerClient(cloud.emulator.client).send(
      new CreateScheduleCommand({
        Name: 'due-now',
        ScheduleExpression: `at(${moment})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { ...Target, Arn: Target?.Arn, RoleArn: Target?.RoleArn, Input },
      }),
    );
    const started = () => cloud.aws.durable.executions().filter(({ input }) => input.includes('nightly-health'));
    // The emulator looks every ten seconds.
    await expect.poll(started, { timeout: 30_000 }).toHaveLength(1);
    await cloud.aws.idle();
    const [run] = started();
    expect(run).toMatchObject({ status: 'SUCCEEDED', result: expect.stringContaining('"ended":"done"') });
    const messages = cloud.slack.messages('database-alerts');
    const report = messages.filter(({ metadata }) => JSON.stringify(metadata ?? null).includes(run?.name ?? '?'));
    expect(report.map(({ blocks }) => blockText(blocks)).join('\n')).toMatch(
      /shop-db[^]*shop-cache|shop-cache[^]*shop-db/,
    );
  });

  it('of every minute settles what is left over', async () => {
    const { Target } = await scheduleOf(new SchedulerClient(cloud.emulator.client), 'rate(1 minute)');
    expect(JSON.parse(await invokeSchedule(Target?.Input ?? ''))).toEqual({ started: 0, waiting: 0, givenUp: 0 });
  });
});

describe('an event that its function fails on', () => {
  it('is tried three times and then lies in the dead-letter queue with what was asked and what went wrong', async () => {
    const lambda = new LambdaClient(cloud.emulator.client);
    const Payload = recorded('schedule.unknown');
    await lambda.send(new InvokeCommand({ FunctionName: 'nightshift-dev-schedule', InvocationType: 'Event', Payload }));
    // The queue's own policy refuses a connection in clear, so the emulator is asked what is in it.
    const letters = () => fetch(`${cloud.emulator.endpoint}/_ministack/sqs/messages`).then((answer) => answer.text());
    await expect.poll(letters, { timeout: 20_000 }).toContain('no-such-schedule');
    const text = await letters();
    expect(text).toContain('nightshift-dev-dead-letters');
    expect(text).toMatch(/approximateInvokeCount[\\": ]+3/);
    expect(text).toContain('nightshift.yaml has no schedule no-such-schedule');
  });
});

function nightly() {
  return scheduleOf(new SchedulerClient(cloud.emulator.client), 'cron(0 2 * * ? *)');
}

async function invokeSchedule(Payload: string): Promise<string> {
  const lambda = new LambdaClient(cloud.emulator.client);
  const answer = await lambda.send(new InvokeCommand({ FunctionName: 'nightshift-dev-schedule', Payload }));
  return Buffer.from(answer.Payload ?? '').toString();
}

/** Events that almost look like the recorded one, and one of RDS. */
function variants(text: string): string[] {
  const event = JSON.parse(text);
  const rds = { source: 'aws.rds', 'detail-type': 'RDS DB Instance Event' };
  return [
    { ...event, source: 'aws.ec2' },
    { ...event, 'detail-type': 'Scheduled Event' },
    { ...event, detail: { ...event.detail, state: { value: 'UNKNOWN' } } },
    { ...event, ...rds, detail: { EventCategories: ['failover'] } },
    { ...event, ...rds, detail: { EventCategories: ['creation', 'low storage'] } },
    { ...event, ...rds, detail: { EventCategories: ['creation'] } },
  ].map((variant) => JSON.stringify(variant));
}
