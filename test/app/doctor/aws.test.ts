import { createHash } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { functionNames } from '../../../src/app/doctor/aws/functions.ts';
import { startAws, type AwsStandIn } from './aws-stand-in.ts';
import { healthy, type Deployed } from './deployed.ts';
import { diagnosed, fileOf, problemsOf } from './installed.ts';

let aws: AwsStandIn;
beforeEach(async () => {
  aws = await startAws();
});
afterEach(() => aws.stop());

const sentence = (words: RegExp): string => expect.stringMatching(words) as string;
const deploy = sentence(/npm run deploy -- --stage prod/);

async function problemsAfter(change: (deployed: Deployed) => void) {
  aws.deployed = healthy();
  change(aws.deployed);
  return problemsOf(await diagnosed({ aws }));
}

test('a stage as it was deployed gives no problem, and everything about it was seen', async () => {
  const answers = await diagnosed({ aws });
  expect(problemsOf(answers)).toEqual({});
  const skipped = Object.entries(answers).filter(([, answer]) => 'skipped' in answer);
  expect(skipped.map(([id]) => id)).toEqual(['config.generated', 'aws.code']);
  expect(answers['aws.identity']).toEqual({ ok: 'arn:aws:iam::111122223333:user/ops, eu-central-1' });
  expect(answers['aws.bucket.audit']).toEqual({
    ok: 'nightshift-prod-audit-111122223333-eu-central-1, locked for 400 d',
  });
});

test('nothing is written: every call to AWS looks', async () => {
  await diagnosed({ aws });
  const verbs = new Set(aws.asked.map((action) => /:(?:Get|List|Describe)/.test(action)));
  expect({ verbs, count: aws.asked.length > 20 }).toEqual({ verbs: new Set([true]), count: true });
});

test('a table without expiry, without recovery, with other keys, and none at all', async () => {
  expect(await problemsAfter((deployed) => (deployed.timeToLive = 'DISABLED'))).toEqual({
    'aws.table.expiry': {
      problem: 'time to live is off, so the table only grows',
      fix: 'aws dynamodb update-time-to-live --region eu-central-1 --table-name nightshift-prod --time-to-live-specification Enabled=true,AttributeName=ttl',
    },
  });
  expect(await problemsAfter((deployed) => (deployed.recovery = 'DISABLED'))).toEqual({
    'aws.table.recovery': {
      problem: 'point-in-time recovery is off',
      fix: sentence(/update-continuous-backups .* PointInTimeRecoveryEnabled=true/),
    },
  });
  const other = { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] };
  expect(await problemsAfter(({ table }) => Object.assign(table ?? {}, other))).toMatchObject({
    'aws.table': { problem: sentence(/id HASH, and have to be pk HASH, sk RANGE/) },
  });
  expect(await problemsAfter(({ table }) => Object.assign(table ?? {}, { DeletionProtectionEnabled: false }))).toEqual({
    'aws.table': {
      problem: 'nightshift-prod: deletion protection is off',
      fix: sentence(/update-table --table-name nightshift-prod .*--deletion-protection-enabled/),
    },
  });
  expect(await problemsAfter((deployed) => (deployed.table = undefined))).toMatchObject({
    'aws.table': { problem: 'there is no table nightshift-prod', fix: deploy },
  });
});

test('a run function that is not durable, and one without its alias', async () => {
  expect(await problemsAfter(({ functions }) => delete functions['nightshift-prod-run']?.DurableConfig)).toEqual({
    'aws.function.run': {
      problem: sentence(/^run has no DurableConfig/),
      fix: sentence(/only be given when a function is created: aws lambda delete-function .*nightshift-prod-run/),
    },
  });
  expect(await problemsAfter((deployed) => (deployed.alias = undefined))).toEqual({
    'aws.durable-alias': { problem: sentence(/has no alias durable/), fix: deploy },
  });
});

test('a room outside the VPC, another runtime, and a secret in clear', async () => {
  const room = 'nightshift-prod-read';
  expect(await problemsAfter(({ functions }) => delete functions[room]?.VpcConfig)).toEqual({
    'aws.function.read': { problem: 'read: it is in no VPC', fix: deploy },
  });
  expect(await problemsAfter(({ functions }) => (functions[room]!['Runtime'] = 'nodejs22.x'))).toEqual({
    'aws.function.read': { problem: 'read: its runtime is nodejs22.x, not nodejs24.x', fix: deploy },
  });
  const shown = await problemsAfter(
    ({ functions }) => (functions['nightshift-prod-slack']!.Environment.Variables['SLACK_BOT_TOKEN'] = 'xoxb-canary'),
  );
  expect(shown).toEqual({
    'aws.function.slack': {
      problem: 'the environment of slack holds a secret in clear: SLACK_BOT_TOKEN',
      fix: sentence(/keep it in SSM/),
    },
  });
  expect(JSON.stringify(shown)).not.toContain('canary');
});

test('a schedule that is missing, disabled, or runs at another time', async () => {
  const id = 'aws.schedule.nightly-health';
  expect(await problemsAfter((deployed) => (deployed.schedules = []))).toEqual({
    [id]: { problem: sentence(/not in EventBridge Scheduler, so it never runs/), fix: deploy },
  });
  expect(await problemsAfter(({ schedules }) => (schedules[0]!.State = 'DISABLED'))).toMatchObject({
    [id]: { problem: 'nightly-health is disabled' },
  });
  expect(await problemsAfter(({ schedules }) => (schedules[0]!.ScheduleExpression = 'cron(0 3 * * ? *)'))).toEqual({
    [id]: {
      problem:
        'nightly-health runs cron(0 3 * * ? *) (Europe/Berlin), and nightshift.yaml says cron(0 2 * * ? *) (Europe/Berlin)',
      fix: sentence(/^npm run generate, then npm run deploy/),
    },
  });
  expect(await problemsAfter(({ schedules }) => (schedules[0]!.ScheduleExpressionTimezone = 'UTC'))).toMatchObject({
    [id]: { problem: sentence(/\(UTC\), and nightshift\.yaml says/) },
  });
});

test('a secret that is missing, and one that is kept in clear', async () => {
  const name = '/nightshift/prod/slack/signing-secret';
  const id = `aws.secret.ssm:${name}`;
  const fix = `read -rs VALUE && aws ssm put-parameter --region eu-central-1 --type SecureString --overwrite --name ${name} --value "$VALUE"; unset VALUE`;
  expect(await problemsAfter(({ parameters }) => delete parameters[name])).toEqual({
    [id]: { problem: `ssm:${name} does not exist`, fix },
  });
  expect(await problemsAfter(({ parameters }) => (parameters[name] = { Type: 'String' }))).toEqual({
    [id]: { problem: `ssm:${name} is kept in clear`, fix },
  });
});

test('a password of a target that is missing, in the path of another room, or in a variable', async () => {
  const member = { role: 'primary', host: '127.0.0.1', port: 1 };
  const login = (password: string) => ({ credentials: { read: { user: 'nightshift_read', password } } });
  const target = (password: string) => ({
    engine: 'postgres',
    provider: 'self-managed',
    environment: 'production',
    database: 'shop',
    members: { 'shop-db-1': { ...member, ...login(password) } },
  });
  const ask = async (password: string) =>
    problemsOf(await diagnosed({ aws, file: fileOf({ 'shop-db': target(password) }) }));
  expect(await ask('ssm:/nightshift/prod/read/shop-db')).toMatchObject({
    'aws.secret.ssm:/nightshift/prod/read/shop-db': {
      fix: sentence(/put-parameter .*--name \/nightshift\/prod\/read\/shop-db/),
    },
  });
  expect(await ask('ssm:/nightshift/prod/read/shop-db')).toMatchObject({
    'target.shop-db.shop-db-1.login.read': { problem: sentence(/does not exist/), fix: sentence(/put-parameter/) },
  });
  aws.deployed.denied.add('ssm:GetParameter');
  const denied = await diagnosed({ aws, file: fileOf({ 'shop-db': target('ssm:/nightshift/prod/read/shop-db') }) });
  aws.deployed.denied.clear();
  expect(denied['target.shop-db.shop-db-1.login.read']).toMatchObject({ skipped: sentence(/may not be read/) });
  expect(await ask('ssm:/nightshift/prod/act/shop-db')).toMatchObject({
    'config.secrets': {
      problem: sentence(/credentials\.read\.password is in the path of act, so two of them share one login/),
      fix: sentence(/ssm:\/nightshift\/prod\/read\/shop-db/),
    },
  });
  expect(await ask('env:SHOP_DB')).toMatchObject({
    'config.secrets': { problem: sentence(/is a variable, and the function of its room has none/) },
  });
  expect(await ask('ssm:/databases/shop/read')).not.toHaveProperty('config.secrets');
});

test('what the caller may not ask is skipped, with the right to grant', async () => {
  aws.deployed.denied.add('dynamodb:DescribeTable').add('lambda:GetAlias');
  const answers = await diagnosed({ aws });
  expect(problemsOf(answers)).toEqual({});
  expect(answers['aws.table']).toEqual({
    skipped: 'these AWS credentials may not call dynamodb:DescribeTable',
    fix: 'Grant dynamodb:DescribeTable to whoever runs doctor.',
  });
  expect(answers['aws.durable-alias']).toMatchObject({ fix: 'Grant lambda:GetAlias to whoever runs doctor.' });
});

test('a deployment that was taken back, and none at all', async () => {
  expect(await problemsAfter((deployed) => (deployed.stackStatus = undefined))).toEqual({
    'aws.stack': { problem: 'there is no stack nightshift-prod in eu-central-1', fix: deploy },
  });
  expect(await problemsAfter((deployed) => (deployed.stackStatus = 'UPDATE_ROLLBACK_COMPLETE'))).toEqual({
    'aws.stack': {
      problem: sentence(/was taken back/),
      fix: sentence(/describe-stack-events --stack-name nightshift-prod/),
    },
  });
});

test('a bucket without versions, an open one, and an audit record that is not locked', async () => {
  expect(await problemsAfter(({ buckets }) => (buckets.versioning = 'Suspended'))).toMatchObject({
    'aws.bucket.objects': {
      problem: sentence(/^nightshift-prod-objects-.*: versioning is off$/),
      fix: sentence(/put-bucket-versioning --bucket nightshift-prod-objects-/),
    },
    'aws.bucket.audit': { problem: sentence(/versioning is off$/) },
  });
  expect(await problemsAfter(({ buckets }) => (buckets.blocked = false))).toMatchObject({
    'aws.bucket.objects': { problem: sentence(/public access is not blocked$/) },
  });
  expect(await problemsAfter(({ buckets }) => (buckets.retention = undefined))).toEqual({
    'aws.bucket.audit': {
      problem: sentence(/Object Lock is off or has no default retention$/),
      fix: sentence(/put-object-lock-configuration --bucket nightshift-prod-audit-/),
    },
  });
});

describe('the package in this folder', () => {
  const packed = (root: string): void => {
    mkdirSync(join(root, '.serverless'));
    for (const name of functionNames) writeFileSync(join(root, '.serverless', `${name}.zip`), `code of ${name}`);
    utimesSync(join(root, 'nightshift.yaml'), 0, 0);
  };
  const isDeployed = (): void => {
    for (const name of functionNames) {
      const CodeSha256 = createHash('sha256').update(`code of ${name}`).digest('base64');
      Object.assign(aws.deployed.functions[`nightshift-prod-${name}`] ?? {}, { CodeSha256 });
    }
  };

  test('is what is deployed', async () => {
    isDeployed();
    expect((await diagnosed({ aws, prepare: packed }))['aws.code']).toEqual({ ok: sentence(/every function/) });
  });

  test('is another than the one that is deployed', async () => {
    isDeployed();
    aws.deployed.functions['nightshift-prod-act']!['CodeSha256'] = 'another';
    expect((await diagnosed({ aws, prepare: packed }))['aws.code']).toEqual({
      problem: 'act runs another package than the one in this folder',
      fix: sentence(/npm run deploy/),
    });
  });

  test('is older than nightshift.yaml', async () => {
    isDeployed();
    const later = (root: string): void => {
      packed(root);
      utimesSync(join(root, 'nightshift.yaml'), new Date(), new Date(Date.now() + 60_000));
    };
    expect((await diagnosed({ aws, prepare: later }))['aws.code']).toMatchObject({
      problem: sentence(/nightshift\.yaml was changed after the last packaging/),
    });
  });
});
