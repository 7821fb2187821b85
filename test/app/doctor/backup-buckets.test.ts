import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { awsAccess } from '../../../src/app/doctor/aws/access.ts';
import { backupBucketQuestions } from '../../../src/app/doctor/aws/backup-buckets.ts';
import type { Config } from '../../../src/config/config.ts';
import { usualBackupPolicy } from '../../../src/core/backup-policy.ts';
import type { Answer } from '../../../src/core/question.ts';

const UPLOADS =
  '<Rule><ID>uploads</ID><Status>Enabled</Status><Filter/><AbortIncompleteMultipartUpload><DaysAfterInitiation>8</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>';
const HIDDEN =
  '<Rule><ID>hidden</ID><Status>Enabled</Status><Filter/><NoncurrentVersionExpiration><NoncurrentDays>14</NoncurrentDays></NoncurrentVersionExpiration></Rule>';
const OLD = '<Rule><ID>old</ID><Status>Enabled</Status><Filter/><Expiration><Days>30</Days></Expiration></Rule>';
const OFF = OLD.replace('Enabled', 'Disabled');

/** What S3 answers of the bucket; null is that nothing of it is set. */
let bucket: { versioning: string; rules: string | null; lockDays: number | null };
beforeEach(() => {
  bucket = { versioning: 'Enabled', rules: UPLOADS + HIDDEN, lockDays: 7 };
});

function answered(url: string): { status: number; body: string } {
  const nothing = (Code: string) => ({
    status: 404,
    body: `<Error><Code>${Code}</Code><Message>none</Message></Error>`,
  });
  const whole = (name: string, inner: string) => ({ status: 200, body: `<${name}>${inner}</${name}>` });
  if (url.includes('versioning')) return whole('VersioningConfiguration', `<Status>${bucket.versioning}</Status>`);
  if (url.includes('lifecycle'))
    return bucket.rules === null
      ? nothing('NoSuchLifecycleConfiguration')
      : whole('LifecycleConfiguration', bucket.rules);
  if (url.includes('object-lock'))
    return bucket.lockDays === null
      ? nothing('ObjectLockConfigurationNotFoundError')
      : whole(
          'ObjectLockConfiguration',
          `<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>${bucket.lockDays}</Days></DefaultRetention></Rule>`,
        );
  return whole(
    'GetCallerIdentityResponse',
    '<GetCallerIdentityResult><Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/ada</Arn></GetCallerIdentityResult>',
  );
}

let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    const { status, body } = answered(request.url ?? '');
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL_S3: url,
    AWS_ENDPOINT_URL_STS: url,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  }))
    vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  server.close();
  await once(server, 'close');
});

async function answer(): Promise<Answer> {
  const config = {
    backups: { primary: { kind: 'bucket', bucket: 'acme-backups' }, secondary: { kind: 'directory', directory: '/b' } },
    targets: [{ engine: 'postgres', backup: usualBackupPolicy }],
  } as unknown as Config;
  const questions = backupBucketQuestions(awsAccess({ stage: 'prod', region: 'eu-central-1' }), config);
  expect(questions.map(({ id }) => id)).toEqual(['aws.backups.primary']);
  return questions[0]!.ask();
}

test('a bucket with versions, with rules for hidden versions and for uploads, and a lock as long as retention is right', async () => {
  expect(await answer()).toEqual({ ok: 'acme-backups, versioned, locked for 7 d' });
  bucket.lockDays = null;
  bucket.rules = UPLOADS + HIDDEN + OFF;
  expect(await answer()).toEqual({ ok: 'acme-backups, versioned, without Object Lock' });
});

test.each<[string, () => void, RegExp, RegExp]>([
  ['without versions', () => (bucket.versioning = 'Suspended'), /versioning is off/, /put-bucket-versioning/],
  ['without any rule', () => (bucket.rules = null), /no lifecycle rule ends hidden versions/, /NoncurrentDays/],
  ['that keeps unfinished uploads', () => (bucket.rules = HIDDEN), /never finished/, /DaysAfterInitiation/],
  [
    'that ends objects by age',
    () => (bucket.rules = UPLOADS + HIDDEN + OLD),
    /the lifecycle rule old ends objects/,
    /put-/,
  ],
  [
    'locked for longer than retention',
    () => (bucket.lockDays = 400),
    /for 400 d, and the shortest policy wants 7 d/,
    /Days=7/,
  ],
])('a bucket %s is told of with what mends it', async (_what, change, problem, fix) => {
  change();
  expect(await answer()).toMatchObject({
    problem: expect.stringMatching(problem),
    fix: expect.stringMatching(fix),
  });
});

test('none is asked of where the config names none', () => {
  const access = awsAccess({ stage: 'prod', region: 'eu-central-1' });
  expect(backupBucketQuestions(access, undefined)).toEqual([]);
});
