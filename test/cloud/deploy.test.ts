import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetAliasCommand, GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { askQuery, elementIn } from './ask.ts';
import { deploy, stackName, type Deployed } from './deploy.ts';
import { startEmulator, type Emulator } from './emulator.ts';
import { passedOver, scheduleOf } from './passed-over.ts';

let emulator: Emulator;
let stack: Deployed;
beforeAll(async () => {
  emulator = await startEmulator();
  stack = await deploy(emulator, inject('cloudProject'));
});
afterAll(() => emulator?.stop());

describe('the packaged template', () => {
  it('becomes a stack as it is: CloudFormation takes every resource and refuses none', async () => {
    expect(stack.status).toBe('UPDATE_COMPLETE');
    const cloudFormation = new CloudFormationClient(emulator.client);
    const { StackResources = [] } = await cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: stackName }),
    );
    const made = StackResources.map(({ LogicalResourceId, ResourceType }) => `${LogicalResourceId} ${ResourceType}`);
    const wanted = Object.entries(stack.template.Resources).map(([id, { Type }]) => `${id} ${Type}`);
    expect(made.toSorted()).toEqual(wanted.toSorted());
    const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: stackName }));
    expect(StackEvents.filter(({ ResourceStatus = '' }) => /FAILED|ROLLBACK/.test(ResourceStatus))).toEqual([]);
  });

  it('is no change when it is deployed a second time', async () => {
    const cloudFormation = new CloudFormationClient(emulator.client);
    const again = new UpdateStackCommand({
      StackName: stackName,
      TemplateURL: `${emulator.endpoint}/${stack.outputs['ServerlessDeploymentBucketName']}/template.json`,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    });
    await expect(cloudFormation.send(again)).rejects.toThrow('No updates are to be performed');
  });

  it('has the topics, the function URL and the schedules that it says', async () => {
    expect(stack.outputs).toMatchObject({
      AlarmTopicArn: expect.stringMatching(/:nightshift-dev-alarms$/),
      DatabaseEventTopicArn: expect.stringMatching(/:nightshift-dev-database-events$/),
      SlackLambdaFunctionUrl: expect.stringMatching(/^https:\/\/\w{32}\.lambda-url\.eu-central-1\.on\.aws\/$/),
    });
    const scheduler = new SchedulerClient(emulator.client);
    for (const expression of ['cron(0 2 * * ? *)', 'rate(1 minute)']) {
      expect(await scheduleOf(scheduler, expression)).toMatchObject({ State: 'ENABLED' });
    }
  });

  it('gives every alarm on the bot a topic that exists', async () => {
    const { MetricAlarms = [] } = await new CloudWatchClient(emulator.client).send(new DescribeAlarmsCommand({}));
    const wanted = Object.values(stack.template.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    expect(MetricAlarms).toHaveLength(wanted.length);
    for (const { AlarmActions } of MetricAlarms) {
      expect(AlarmActions).toEqual([expect.stringMatching(/:nightshift-dev-operator$/)]);
    }
  });
});

describe('the deployed table', () => {
  it('is not deleted by accident', async () => {
    const dynamo = new DynamoDBClient(emulator.client);
    const TableName = stack.outputs['StateTableName'] ?? '';
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      DeletionProtectionEnabled: true,
    });
    await expect(dynamo.send(new DeleteTableCommand({ TableName }))).rejects.toThrow(/protect/i);
  });
});

describe('the policies of the buckets and of the dead-letter queue', () => {
  it('refuse a connection in clear to somebody who may do everything else', async () => {
    const somebody = await administrator(emulator);
    const s3 = new S3Client(somebody);
    for (const Bucket of [stack.outputs['ObjectsBucketName'], stack.outputs['AuditBucketName']]) {
      const put = s3.send(new PutObjectCommand({ Bucket, Key: 'results/one', Body: '{}' }));
      await expect(put).rejects.toThrow(/explicit deny/);
    }
    const unguarded = stack.outputs['StateTableName'];
    const table = new DynamoDBClient(somebody).send(new DescribeTableCommand({ TableName: unguarded }));
    await expect(table).resolves.toHaveProperty('Table.TableName', unguarded);
  });
});

describe('the deployed functions', () => {
  it('have the runtime, the limits and the role of their own that the template gives them', async () => {
    const lambda = new LambdaClient(emulator.client);
    const functions = Object.values(stack.template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
    for (const { Properties } of functions) {
      const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: Properties.FunctionName }));
      const { Runtime, Architectures, Handler, Timeout, MemorySize } = Properties;
      expect(found).toMatchObject({ State: 'Active', Runtime, Architectures, Handler, Timeout, MemorySize });
      expect(found.Role).toMatch(new RegExp(`role/${Properties.FunctionName}$`));
    }
    expect(functions).toHaveLength(8);
  });

  it('of runs have an alias that names a published version', async () => {
    const named = { FunctionName: 'nightshift-dev-run', Name: 'durable' };
    const alias = await new LambdaClient(emulator.client).send(new GetAliasCommand(named));
    expect(alias.FunctionVersion).toMatch(/^[1-9]\d*$/);
  });
});

describe('[emulator] what its CloudFormation passes over in silence', () => {
  it('is each of these properties, which the own API of its service then takes as the template has it', async () => {
    for (const { resource, property, read, set, wanted } of passedOver(emulator, stack)) {
      expect(await read(), `${resource}.${property} before`).toBeUndefined();
      await set();
      expect(await read(), `${resource}.${property}`).toEqual(wanted);
    }
  });

  it('is the DurableConfig of run, too', async () => {
    expect(stack.template.Resources['RunLambdaFunction']?.Properties.DurableConfig).toBeDefined();
    const run = new GetFunctionConfigurationCommand({ FunctionName: 'nightshift-dev-run' });
    expect((await new LambdaClient(emulator.client).send(run)).DurableConfig).toBeUndefined();
  });
});

/** A user of the account whom no policy of their own holds back. */
async function administrator(of: Emulator): Promise<Emulator['client']> {
  const UserName = 'administrator';
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  await askQuery(of, 'iam', { Action: 'CreateUser', UserName });
  const policy = { PolicyName: 'everything', PolicyDocument: JSON.stringify(everything) };
  await askQuery(of, 'iam', { Action: 'PutUserPolicy', UserName, ...policy });
  const xml = await askQuery(of, 'iam', { Action: 'CreateAccessKey', UserName });
  const accessKeyId = elementIn(xml, 'AccessKeyId');
  return { ...of.client, credentials: { accessKeyId, secretAccessKey: elementIn(xml, 'SecretAccessKey') } };
}
