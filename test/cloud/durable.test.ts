import {
  GetDurableExecutionCommand,
  GetDurableExecutionHistoryCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nowhere } from '../house.ts';
import type { PackagedTemplate } from '../package/packaged.ts';
import { askRest } from './ask.ts';
import { startCloud, type Cloud } from './cloud.ts';

const addresses = JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES);

describe("Lambda's durable executions, the emulator's own", () => {
  it('[emulator] judge a start by the unqualified name of run: it is refused, and the promise is kept for later', async () => {
    const cloud = await startCloud({ addresses, durableExecutions: 'emulator' });
    try {
      const { ack } = await cloud.slack.command('omar', 'database-alerts', '/db health shop-db');
      expect(ack.text).toMatch(/^Not started yet: health shop-db.* noted and tried every minute/);
      const tick = new InvokeCommand({ FunctionName: 'nightshift-dev-schedule', Payload: '{"tick":"minute"}' });
      const { Payload } = await new LambdaClient(cloud.emulator.client).send(tick);
      expect(JSON.parse(Buffer.from(Payload ?? '').toString())).toMatchObject({ started: 0, waiting: 1 });
    } finally {
      await cloud.stop();
    }
  });
});

describe("a run on the emulator's own durable executions, once its roles may start it by its unqualified name,", () => {
  let cloud: Cloud;
  let lambda: LambdaClient;
  beforeAll(async () => {
    cloud = await startCloud({ addresses, durableExecutions: 'emulator', change: allowUnqualified });
    lambda = new LambdaClient(cloud.emulator.client);
    // Its own word: AWS has no Enabled, a DurableConfig alone makes a function durable.
    const DurableConfig = { Enabled: true, ExecutionTimeout: 86_400, RetentionPeriodInDays: 30 };
    await askRest(cloud.emulator, 'PUT', '/2015-03-31/functions/nightshift-dev-run/configuration', { DurableConfig });
  });
  afterAll(() => cloud?.stop());

  it('is started by a command and says so in the channel', async () => {
    const { ack } = await cloud.slack.command('omar', 'database-alerts', '/db health shop-db');
    expect(ack.text).toMatch(/^On it: health shop-db/);
    await expect(cloud.posted((text) => text.includes('is running'))).resolves.toContain('shop-db health');
  });

  it('checkpoints its steps and sends the first one to the room', async () => {
    expect(await untilChained(await start('health-by-hand-1'))).toEqual(
      expect.arrayContaining([
        'ExecutionStarted',
        'StepSucceeded begin',
        'StepSucceeded authorise',
        'StepSucceeded announce',
        expect.stringMatching(/^ChainedInvokeStarted health\.\S+ shop-db/),
        'ChainedInvokeSucceeded',
      ]),
    );
  });

  it('[emulator] is not woken when the room has answered; therefore our own durable executions stand in elsewhere', async () => {
    const arn = await start('health-by-hand-2');
    await untilChained(arn);
    // Long enough for a whole other run to come as far.
    await untilChained(await start('health-by-hand-after-it'));
    const { Status } = await lambda.send(new GetDurableExecutionCommand({ DurableExecutionArn: arn }));
    expect(Status).toBe('RUNNING');
    const events = await history(arn);
    expect(events.filter((event) => event === 'InvocationCompleted')).toHaveLength(1);
  });

  it('[emulator] is a second execution under the same name, which on AWS is the first one', async () => {
    const [first, second] = [await start('health-by-hand-3'), await start('health-by-hand-3')];
    expect(first).not.toBe(second);
    expect(first).not.toContain('health-by-hand-3');
  });

  async function start(DurableExecutionName: string): Promise<string> {
    const payload = {
      operation: 'health',
      subject: 'shop-db',
      args: {},
      trigger: { kind: 'command', user: 'U0OMAR', channel: 'C0DBALERTS' },
      runId: `health-${DurableExecutionName.padEnd(40, '0').replaceAll(/[^0-9a-f]/g, '0')}`,
    };
    const { DurableExecutionArn = '' } = await lambda.send(
      new InvokeCommand({
        FunctionName: 'nightshift-dev-run',
        Qualifier: 'durable',
        DurableExecutionName,
        Payload: JSON.stringify(payload),
      }),
    );
    return DurableExecutionArn;
  }

  async function untilChained(arn: string): Promise<string[]> {
    await expect.poll(() => history(arn), { timeout: 20_000 }).toContain('ChainedInvokeSucceeded');
    return history(arn);
  }

  async function history(DurableExecutionArn: string): Promise<string[]> {
    const { Events = [] } = await lambda.send(new GetDurableExecutionHistoryCommand({ DurableExecutionArn }));
    return Events.map(({ EventType, Name }) => [EventType, Name].filter(Boolean).join(' '));
  }
});

function allowUnqualified(template: PackagedTemplate): void {
  for (const id of ['SlackRole', 'ScheduleRole', 'AlarmRole']) {
    const role = template.Resources[id];
    if (role) role.Properties = JSON.parse(JSON.stringify(role.Properties).replaceAll('-run:durable', '-run'));
  }
}
