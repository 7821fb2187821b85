import {
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { askAws } from '../../../providers/aws-refusal.ts';
import type { Answer, Question } from '../../../core/question.ts';
import { withAccount, type AwsAccess } from './access.ts';

/** The two buckets: there, versioned, closed to the public; that of the audit record locked. */
export function bucketQuestions(access: AwsAccess): Question[] {
  return (['objects', 'audit'] as const).map((kind) => ({
    id: `aws.bucket.${kind}`,
    title: `The bucket of ${kind === 'audit' ? 'the audit record' : 'big results'} is right`,
    ask: () =>
      withAccount(access, async (account) => {
        const client = new S3Client({ ...access.settings(), followRegionRedirects: true });
        try {
          return await bucketAnswer(
            client,
            `nightshift-${access.stage}-${kind}-${account}-${access.region}`,
            kind,
            access,
          );
        } finally {
          client.destroy();
        }
      }),
  }));
}

/** A deployment does not take back what was changed by hand. https://docs.aws.amazon.com/cli/latest/reference/s3api/ */
const FIXES = {
  'versioning is off': 'put-bucket-versioning BUCKET --versioning-configuration Status=Enabled',
  'public access is not blocked':
    'put-public-access-block BUCKET --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true',
  'Object Lock is off or has no default retention':
    "put-object-lock-configuration BUCKET --object-lock-configuration 'ObjectLockEnabled=Enabled,Rule={DefaultRetention={Mode=GOVERNANCE,Days=400}}'",
} as const;

async function bucketAnswer(
  client: S3Client,
  Bucket: string,
  kind: 'objects' | 'audit',
  { stage }: AwsAccess,
): Promise<Answer> {
  const deploy = `npm run deploy -- --stage ${stage}`;
  const off = (what: keyof typeof FIXES): Answer => ({
    problem: `${Bucket}: ${what}`,
    fix: `aws s3api ${FIXES[what].replace('BUCKET', `--bucket ${Bucket}`)}`,
  });
  const steps: (() => Promise<Answer>)[] = [
    () =>
      askAws(
        's3:ListBucket',
        () => client.send(new HeadBucketCommand({ Bucket })),
        () => ({ ok: Bucket }),
        { problem: `there is no bucket ${Bucket}`, fix: deploy },
      ),
    () =>
      askAws(
        's3:GetBucketVersioning',
        () => client.send(new GetBucketVersioningCommand({ Bucket })),
        ({ Status }) => (Status === 'Enabled' ? { ok: Bucket } : off('versioning is off')),
        off('versioning is off'),
      ),
    () =>
      askAws(
        's3:GetBucketPublicAccessBlock',
        () => client.send(new GetPublicAccessBlockCommand({ Bucket })),
        ({ PublicAccessBlockConfiguration: block }) =>
          block?.BlockPublicAcls && block.BlockPublicPolicy && block.IgnorePublicAcls && block.RestrictPublicBuckets
            ? { ok: Bucket }
            : off('public access is not blocked'),
        off('public access is not blocked'),
      ),
    ...(kind === 'objects'
      ? []
      : [
          () =>
            askAws(
              's3:GetBucketObjectLockConfiguration',
              () => client.send(new GetObjectLockConfigurationCommand({ Bucket })),
              ({ ObjectLockConfiguration: { ObjectLockEnabled, Rule } = {} }) =>
                ObjectLockEnabled === 'Enabled' && Rule?.DefaultRetention
                  ? { ok: `${Bucket}, locked for ${Rule.DefaultRetention.Days ?? '?'} d` }
                  : off('Object Lock is off or has no default retention'),
              off('Object Lock is off or has no default retention'),
            ),
        ]),
  ];
  return firstThatIsNotRight(steps, { ok: Bucket });
}

/** Asks one after the other and stops at the first that is not ok. */
export async function firstThatIsNotRight(steps: readonly (() => Promise<Answer>)[], right: Answer): Promise<Answer> {
  let last = right;
  for (const step of steps) {
    last = await step();
    if (!('ok' in last)) return last;
  }
  return last;
}
