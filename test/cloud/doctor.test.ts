import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { diagnose } from '../../src/app/doctor/doctor.ts';
import type { Answer } from '../../src/core/question.ts';
import { deploy, type Deployed } from './deploy.ts';
import { startEmulator, type Emulator } from './emulator.ts';
import { passedOver } from './passed-over.ts';

let emulator: Emulator;
let stack: Deployed;
const before = { ...process.env };

beforeAll(async () => {
  emulator = await startEmulator();
  stack = await deploy(emulator, inject('cloudProject'));
  const { accessKeyId, secretAccessKey } = emulator.client.credentials;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    // Nothing listens there: what is tested is AWS.
    SLACK_API_URL: 'http://127.0.0.1:1/api/',
    NIGHTSHIFT_CONFIG: join(inject('cloudProject'), 'nightshift.yaml'),
  });
});
afterAll(async () => {
  process.env = before;
  await emulator?.stop();
});

/** What doctor says of AWS, by the id of the question. */
async function ofAws(): Promise<{ [id: string]: Answer }> {
  const { answered } = await diagnose({ root: inject('cloudProject'), stage: 'dev', region: emulator.client.region });
  return Object.fromEntries(answered.filter(({ id }) => id.startsWith('aws.')).map(({ id, answer }) => [id, answer]));
}

function problemsOf(answers: { [id: string]: Answer }): string[] {
  return Object.entries(answers).flatMap(([id, answer]) => ('problem' in answer ? [id] : []));
}

/** The emulator keeps neither `DurableConfig` nor the VPC of a function, and the passwords of this project are made elsewhere. */
const NOT_KEPT = /^aws\.(?:function\.(?:run|read|act|copy)|secret\..*shop-db)/;

it('doctor finds what the emulator passed over, and what nobody stored', async () => {
  const answers = await ofAws();
  expect(problemsOf(answers).filter((id) => !NOT_KEPT.test(id))).toEqual([
    'aws.table.expiry',
    'aws.table.recovery',
    'aws.bucket.audit',
    'aws.schedule.nightly-health',
    'aws.secret.ssm:/nightshift/dev/slack/bot-token',
    'aws.secret.ssm:/nightshift/dev/slack/signing-secret',
  ]);
  for (const id of [
    'stack',
    'ways-in',
    'table',
    'bucket.objects',
    'durable-alias',
    'function-url',
    'code',
    'function.logs',
  ]) {
    expect({ id, answer: answers[`aws.${id}`] }).toEqual({ id, answer: { ok: expect.any(String) as string } });
  }
});

it('doctor finds nothing once everything is as the template says', async () => {
  for (const { set } of passedOver(emulator, stack)) await set();
  const ssm = new SSMClient(emulator.client);
  for (const Name of ['/nightshift/dev/slack/bot-token', '/nightshift/dev/slack/signing-secret']) {
    await ssm.send(new PutParameterCommand({ Name, Type: 'SecureString', Value: 'emulated' }));
  }
  expect(problemsOf(await ofAws()).filter((id) => !NOT_KEPT.test(id))).toEqual([]);
});
