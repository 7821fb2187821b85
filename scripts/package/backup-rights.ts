import type { Config } from '../../src/config/config.ts';
import { STAGE, type Right } from './right.ts';

/** The bucket that the template makes for backups, and those that the config names. No function may delete anything in them. */
export function backupBuckets({ backups }: Config): string[] {
  const own = `nightshift-${STAGE}-backups-\${AWS::AccountId}-\${AWS::Region}`;
  const places = [backups?.primary, backups?.secondary];
  const named = places.flatMap((place) => (place?.kind === 'bucket' ? [place.bucket] : []));
  return [own, ...named.filter((name) => name !== own)].map((name) => `arn:\${AWS::Partition}:s3:::${name}`);
}

export const inside = (buckets: readonly string[]) => buckets.map((bucket) => `${bucket}/*`);

/** The repositories of other tools: nothing but read. */
function repositoryBuckets({ targets }: Config): string[] {
  const places = targets.flatMap(({ backupTool }) => backupTool?.repository ?? []);
  const names = places.flatMap((place) => (place.kind === 'bucket' ? [place.bucket] : []));
  return names.map((name) => `arn:\${AWS::Partition}:s3:::${name}`);
}

export function readsBackups(config: Config): Right[] {
  const buckets = [...new Set([...backupBuckets(config), ...repositoryBuckets(config)])];
  return [
    { actions: ['s3:ListBucket'], resources: buckets, why: 'which backups there are' },
    { actions: ['s3:GetObject'], resources: inside(buckets), why: 'what backups say of themselves' },
  ];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions */
export function putsBackups(config: Config): Right {
  return {
    actions: ['s3:AbortMultipartUpload', 's3:PutObject'],
    resources: inside(backupBuckets(config)),
    why: 'puts backups where nothing is',
  };
}
