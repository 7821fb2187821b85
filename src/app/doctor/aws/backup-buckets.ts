import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  S3Client,
  type DefaultRetention,
  type LifecycleRule,
} from '@aws-sdk/client-s3';
import { lockDays } from '../../../backups/policy/lock-days.ts';
import type { Config } from '../../../config/config.ts';
import type { Answer, Question } from '../../../core/question.ts';
import { askAws } from '../../../providers/aws-refusal.ts';
import { withAccount, type AwsAccess } from './access.ts';
import { firstThatIsNotRight } from './buckets.ts';

/** The buckets that the config names for backups: what is deleted can be brought back, nothing ends by its age, and no lock keeps what expired. */
export function backupBucketQuestions(access: AwsAccess, config: Config | undefined): Question[] {
  const { primary, secondary } = config?.backups ?? {};
  const places = [
    { name: 'primary', place: primary },
    { name: 'secondary', place: secondary },
  ];
  return places.flatMap(({ name, place }) => {
    if (place?.kind !== 'bucket') return [];
    const { bucket, region } = place;
    const days = lockDays(config?.targets ?? []);
    return [
      {
        id: `aws.backups.${name}`,
        title: `The bucket of the ${name} store keeps backups as it should`,
        ask: () => withAccount(access, () => askBucket(access, { bucket, region, days })),
      },
    ];
  });
}

type Asked = { bucket: string; region: string | undefined; days: number };

async function askBucket(access: AwsAccess, { bucket: Bucket, region, days }: Asked): Promise<Answer> {
  const settings = access.settings();
  const client = new S3Client({ ...settings, region: region ?? settings.region, followRegionRedirects: true });
  const unversioned: Answer = {
    problem: `${Bucket}: versioning is off, so that what is deleted is gone`,
    fix: `aws s3api put-bucket-versioning --bucket ${Bucket} --versioning-configuration Status=Enabled`,
  };
  const steps = [
    () =>
      askAws(
        's3:GetBucketVersioning',
        () => client.send(new GetBucketVersioningCommand({ Bucket })),
        ({ Status }) => (Status === 'Enabled' ? { ok: Bucket } : unversioned),
        { problem: `there is no bucket ${Bucket}`, fix: 'Make it, or name another one under backups.' },
      ),
    () =>
      askAws(
        's3:GetLifecycleConfiguration',
        () => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
        ({ Rules = [] }) => lifecycleAnswer(Bucket, Rules),
        lifecycleAnswer(Bucket, []),
      ),
    () =>
      askAws(
        's3:GetBucketObjectLockConfiguration',
        () => client.send(new GetObjectLockConfigurationCommand({ Bucket })),
        ({ ObjectLockConfiguration: lock }) => lockAnswer(Bucket, lock?.Rule?.DefaultRetention, days),
        lockAnswer(Bucket, undefined, days),
      ),
  ];
  return firstThatIsNotRight(steps, { ok: Bucket }).finally(() => client.destroy());
}

const RULES =
  '{"Rules":[{"ID":"unfinished-uploads","Status":"Enabled","Filter":{},"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":8}},{"ID":"hidden","Status":"Enabled","Filter":{},"NoncurrentVersionExpiration":{"NoncurrentDays":14}}]}';

/** Pure: a rule that ends objects by their age knows neither chains nor proofs. https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
export function lifecycleAnswer(bucket: string, rules: readonly LifecycleRule[]): Answer {
  const inForce = rules.filter(({ Status }) => Status === 'Enabled');
  const fix = `aws s3api put-bucket-lifecycle-configuration --bucket ${bucket} --lifecycle-configuration '${RULES}'`;
  const ending = inForce.find(({ Expiration: { Days, Date: day } = {} }) => Days !== undefined || day !== undefined);
  if (ending)
    return {
      problem: `${bucket}: the lifecycle rule ${ending.ID ?? 'without a name'} ends objects by their age, also what a younger backup builds on`,
      fix,
    };
  if (!inForce.some(({ NoncurrentVersionExpiration: hidden }) => hidden !== undefined))
    return { problem: `${bucket}: no lifecycle rule ends hidden versions, which are paid for without end`, fix };
  if (!inForce.some(({ AbortIncompleteMultipartUpload: unfinished }) => unfinished !== undefined))
    return { problem: `${bucket}: no lifecycle rule ends uploads that were never finished`, fix };
  return { ok: bucket };
}

/** Pure: Object Lock is one's own choice; where it is on, it ends before retention does. */
export function lockAnswer(bucket: string, retention: DefaultRetention | undefined, days: number): Answer {
  if (retention === undefined) return { ok: `${bucket}, versioned, without Object Lock` };
  const locked = retention.Days ?? (retention.Years ?? 0) * 365;
  if (locked <= days) return { ok: `${bucket}, versioned, locked for ${locked} d` };
  return {
    problem: `${bucket}: Object Lock keeps everything for ${locked} d, and the shortest policy wants ${days} d: what expired is paid for until then`,
    fix: `aws s3api put-object-lock-configuration --bucket ${bucket} --object-lock-configuration 'ObjectLockEnabled=Enabled,Rule={DefaultRetention={Mode=${retention.Mode ?? 'GOVERNANCE'},Days=${days}}}'`,
  };
}
