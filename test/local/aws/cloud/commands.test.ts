import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  ListCommandsCommand,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startCloudEndpoint, type CloudEndpoint } from '../../../../src/local/aws/cloud/endpoint.ts';
import { emptyCloud, type CloudModel, type ManagedHost } from '../../../../src/local/aws/cloud/model.ts';
import { handQuestions } from '../../../../src/providers/hand-set-up.ts';
import type { TargetSpec } from '../../../../src/targets/spec.ts';
import { agent, DOCUMENT, documentText, NODE } from '../../../app/rejoining.ts';

const model: CloudModel = emptyCloud();
const host: ManagedHost = {
  ping: 'Online',
  programs: { '/usr/local/sbin/nightshift-rejoin': '/bin/echo' },
  environment: { PATH: '/usr/bin:/bin' },
};
const Parameters = {
  Run: [`rejoin-${'0'.repeat(40)}`],
  Target: ['shop-db'],
  Member: ['shop-db-1'],
  Primary: ['shop-db-2'],
  PrimaryHost: ['10.0.0.2'],
  PrimaryPort: ['5432'],
};
let nowMs = Date.parse('2026-11-24T02:00:00Z');
let endpoint: CloudEndpoint;
let ssm: SSMClient;
const before = { ...process.env };

beforeAll(async () => {
  endpoint = await startCloudEndpoint(model, { now: () => nowMs });
  Object.assign(process.env, endpoint.environment);
  ssm = new SSMClient({ region: 'eu-central-1', maxAttempts: 1 });
});
beforeEach(() => {
  Object.assign(model, { hosts: { [NODE]: { ...host } }, documents: { [DOCUMENT]: documentText() }, commands: [] });
});
afterAll(async () => {
  ssm.destroy();
  await endpoint.close();
  for (const name of Object.keys(endpoint.environment)) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

const send = (more: object = {}) =>
  ssm.send(
    new SendCommandCommand({ DocumentName: DOCUMENT, InstanceIds: [NODE], TimeoutSeconds: 120, Parameters, ...more }),
  );
const told = async (CommandId = '') => ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: NODE }));

it('runs the program of the document with each phase, and tells how it ended', async () => {
  const { Command } = await send();
  await model.commands[0]?.over;
  expect(await told(Command?.CommandId)).toMatchObject({
    Status: 'Success',
    StatusDetails: 'Success',
    StandardOutputContent: 'stop\nkeep\nfollow\n',
    ResponseCode: 0,
  });
  const { Commands } = await ssm.send(new ListCommandsCommand({ InstanceId: NODE }));
  expect(Commands?.map((one) => one.Parameters?.['Run'])).toEqual([Parameters.Run]);
});

it('tells the phase in which a program failed', async () => {
  model.hosts[NODE] = { ...host, programs: { '/usr/local/sbin/nightshift-rejoin': '/bin/false' } };
  const { Command } = await send();
  await model.commands[0]?.over;
  expect(await told(Command?.CommandId)).toMatchObject({
    Status: 'Failed',
    StandardOutputContent: 'stop\n',
    StandardErrorContent: 'it ended with 1. \n',
  });
});

it('withdraws what no agent takes in time', async () => {
  model.hosts[NODE] = { ...host, ping: 'ConnectionLost' };
  const { Command } = await send();
  expect(await told(Command?.CommandId)).toMatchObject({ Status: 'Pending' });
  nowMs += 121_000;
  expect(await told(Command?.CommandId)).toMatchObject({ Status: 'TimedOut', StatusDetails: 'DeliveryTimedOut' });
});

it.each([
  ['a host without an agent', { InstanceIds: ['mi-00000000000000000'] }, 'InvalidInstanceId'],
  ['a document that there is not', { DocumentName: 'another' }, 'InvalidDocument'],
  ['words of a shell', { Parameters: { ...Parameters, PrimaryHost: [`a'; rm -rf / #`] } }, 'InvalidParameters'],
  ['a parameter too many', { Parameters: { ...Parameters, Command: ['id'] } }, 'InvalidParameters'],
  ['one that is missing', { Parameters: { Run: Parameters.Run } }, 'InvalidParameters'],
])('refuses %s', async (_, more, name) => {
  await expect(send(more)).rejects.toMatchObject({ name });
  expect(model.commands).toEqual([]);
});

it('says of a host whether its agent is there, and doctor says what to do', async () => {
  const asked = new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [NODE] }] });
  expect((await ssm.send(asked)).InstanceInformationList).toMatchObject([{ InstanceId: NODE, PingStatus: 'Online' }]);
  const members = [{ name: 'shop-db-1', hands: { agent } }];
  const [question] = handQuestions({ name: 'shop-db', region: 'eu-central-1', members } as unknown as TargetSpec);
  expect(await question?.ask()).toEqual({ ok: 'it is online' });
  delete model.hosts[NODE];
  expect(await question?.ask()).toMatchObject({
    problem: expect.stringMatching(/no agent is registered as mi-/) as string,
  });
});
