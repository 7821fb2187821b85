import {
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  type FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import {
  GetBucketLifecycleConfigurationCommand,
  GetObjectLockConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
  type GetScheduleCommandOutput,
} from '@aws-sdk/client-scheduler';
import type { Resource } from '../package/packaged.ts';
import { askQuery, elementIn } from './ask.ts';
import type { Deployed } from './deploy.ts';
import type { Emulator } from './emulator.ts';

/**
 * One property of the template that the emulator's CloudFormation passes over in silence: how the service's own API is given
 * it, and what that API then says. `read` gives undefined where nothing was set.
 */
export type PassedOver = {
  resource: string;
  property: string;
  set(): Promise<unknown>;
  read(): Promise<unknown>;
  /** What `read` has to give once it is set, from the template. */
  wanted: unknown;
};

/** Every property that later tests rely on, or that keeps what must not be lost. */
export function passedOver(emulator: Emulator, stack: Deployed): PassedOver[] {
  const { client } = emulator;
  return [
    ...ofTheRoles(emulator, stack),
    ...ofTheTable(client, stack),
    ...ofTheFunctions(client, stack),
    ...ofTheBuckets(client, stack),
    ofTheSchedule(client, stack),
  ];
}

function ofTheRoles(emulator: Emulator, { template }: Deployed): PassedOver[] {
  const roles = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  const { ManagedPolicyName } = propertiesOf(template, 'Boundary');
  const PermissionsBoundary = `arn:aws:iam::${emulator.client.credentials.accessKeyId}:policy/${ManagedPolicyName}`;
  return roles.map(([resource, { Properties }]) => {
    const RoleName: string = Properties.RoleName;
    return {
      resource,
      property: 'PermissionsBoundary',
      set: () => askQuery(emulator, 'iam', { Action: 'PutRolePermissionsBoundary', RoleName, PermissionsBoundary }),
      read: async () => {
        const xml = await askQuery(emulator, 'iam', { Action: 'GetRole', RoleName });
        return elementIn(xml, 'PermissionsBoundaryArn') || undefined;
      },
      wanted: PermissionsBoundary,
    };
  });
}

function ofTheTable(client: Emulator['client'], { template, outputs }: Deployed): PassedOver[] {
  const dynamo = new DynamoDBClient(client);
  const TableName = outputs['StateTableName'] ?? '';
  const { TimeToLiveSpecification, PointInTimeRecoverySpecification } = propertiesOf(template, 'StateTable');
  return [
    {
      resource: 'StateTable',
      property: 'TimeToLiveSpecification',
      set: () => dynamo.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification })),
      read: async () =>
        (await dynamo.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription?.AttributeName,
      wanted: TimeToLiveSpecification.AttributeName,
    },
    {
      resource: 'StateTable',
      property: 'PointInTimeRecoverySpecification',
      set: () => dynamo.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification })),
      read: async () => {
        const { ContinuousBackupsDescription } = await dynamo.send(new DescribeContinuousBackupsCommand({ TableName }));
        const { PointInTimeRecoveryStatus } = ContinuousBackupsDescription?.PointInTimeRecoveryDescription ?? {};
        return PointInTimeRecoveryStatus === 'DISABLED' ? undefined : PointInTimeRecoveryStatus;
      },
      wanted: 'ENABLED',
    },
  ];
}

function ofTheFunctions(client: Emulator['client'], { template }: Deployed): PassedOver[] {
  const lambda = new LambdaClient(client);
  return Object.entries(template.Resources)
    .filter(([, { Type, Properties }]) => Type === 'AWS::Lambda::Function' && 'DeadLetterConfig' in Properties)
    .map(([resource, { Properties }]) => {
      const FunctionName: string = Properties.FunctionName;
      const TargetArn = `arn:aws:sqs:${client.region}:${client.credentials.accessKeyId}:nightshift-dev-dead-letters`;
      return {
        resource,
        property: 'DeadLetterConfig',
        set: () =>
          lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, DeadLetterConfig: { TargetArn } })),
        read: async () => (await configurationOf(lambda, FunctionName)).DeadLetterConfig?.TargetArn,
        wanted: TargetArn,
      };
    });
}

function configurationOf(lambda: LambdaClient, FunctionName: string): Promise<FunctionConfiguration> {
  return lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
}

function ofTheBuckets(client: Emulator['client'], { template, outputs }: Deployed): PassedOver[] {
  const s3 = new S3Client(client);
  const Bucket = outputs['ObjectsBucketName'] ?? '';
  const audit = { Bucket: outputs['AuditBucketName'] ?? '' };
  const { LifecycleConfiguration } = propertiesOf(template, 'ObjectsBucket');
  const { ObjectLockConfiguration } = propertiesOf(template, 'AuditBucket');
  const Rules = LifecycleConfiguration.Rules.map(lifecycleRule);
  return [
    {
      resource: 'ObjectsBucket',
      property: 'LifecycleConfiguration',
      set: () => s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } })),
      read: async () =>
        (await found(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))))?.Rules?.map(({ ID }) => ID),
      wanted: Rules.map(({ ID }: { ID: string }) => ID),
    },
    {
      resource: 'AuditBucket',
      property: 'ObjectLockConfiguration',
      set: () => s3.send(new PutObjectLockConfigurationCommand({ ...audit, ObjectLockConfiguration })),
      read: async () => (await found(s3.send(new GetObjectLockConfigurationCommand(audit))))?.ObjectLockConfiguration,
      wanted: ObjectLockConfiguration,
    },
  ];
}

/** The same rule in the words of the S3 API. */
function lifecycleRule(rule: Resource['Properties']) {
  const { Id: ID, Status, Prefix = '', ExpirationInDays, ...rest } = rule;
  const Expiration = ExpirationInDays === undefined ? {} : { Expiration: { Days: ExpirationInDays } };
  const { NoncurrentVersionExpiration: old, ...others } = rest;
  const gone = old === undefined ? {} : { NoncurrentVersionExpiration: { NoncurrentDays: old.NoncurrentDays } };
  return { ID, Status, Filter: { Prefix }, ...Expiration, ...gone, ...others };
}

function ofTheSchedule(client: Emulator['client'], { template }: Deployed): PassedOver {
  const scheduler = new SchedulerClient(client);
  const { ScheduleExpression, ScheduleExpressionTimezone } = propertiesOf(template, 'ScheduleSchedulerSchedule1');
  const schedule = () => scheduleOf(scheduler, ScheduleExpression);
  return {
    resource: 'ScheduleSchedulerSchedule1',
    property: 'ScheduleExpressionTimezone',
    set: async () => {
      const { Name, FlexibleTimeWindow, Target } = await schedule();
      const known = { Name, ScheduleExpression, FlexibleTimeWindow, Target };
      await scheduler.send(new UpdateScheduleCommand({ ...known, ScheduleExpressionTimezone }));
    },
    read: async () => {
      const { ScheduleExpressionTimezone: zone } = await schedule();
      return zone === 'UTC' ? undefined : zone;
    },
    wanted: ScheduleExpressionTimezone,
  };
}

/** The one deployed schedule with this expression; the template leaves its name to CloudFormation. */
export async function scheduleOf(scheduler: SchedulerClient, expression: string): Promise<GetScheduleCommandOutput> {
  const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({}));
  const all = await Promise.all(Schedules.map(({ Name }) => scheduler.send(new GetScheduleCommand({ Name }))));
  const [schedule] = all.filter(({ ScheduleExpression }) => ScheduleExpression === expression);
  if (schedule === undefined) throw new Error(`no schedule has the expression ${expression}`);
  return schedule;
}

function propertiesOf(template: Deployed['template'], id: string): Resource['Properties'] {
  return template.Resources[id]?.Properties ?? {};
}

/** S3 answers a question after what was never set with an error that says so. */
function found<A>(answer: Promise<A>): Promise<A | undefined> {
  return answer.catch((thrown: unknown) => {
    if (thrown instanceof Error && /^NoSuch|NotFound/.test(thrown.name)) return undefined;
    throw thrown;
  });
}
