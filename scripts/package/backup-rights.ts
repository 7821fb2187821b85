import type { Config } from '../../src/config/config.ts';
import { sub } from './cloudformation.ts';
import { STAGE, type Right } from './right.ts';

/** The bucket that the template makes for backups, and those that the config names. Only `prune` may delete anything in them. */
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

/**
 * Below the prefixes of the config alone, and never a version: what is deleted in a bucket with versions can be brought back.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
 */
export function deletesBackups(config: Config): Right[] {
  const { primary, secondary } = config.backups ?? {};
  const prefixes = new Map(
    [primary, secondary].flatMap((place) => (place?.kind === 'bucket' ? [[place.bucket, place.prefix]] : [])) as [
      string,
      string | undefined,
    ][],
  );
  const buckets = backupBuckets(config);
  const below = (bucket: string): string => {
    const prefix = prefixes.get(bucket.split(':').at(-1) ?? '');
    return prefix === undefined ? `${bucket}/*` : `${bucket}/${prefix}/*`;
  };
  return [
    {
      actions: ['s3:ListBucketMultipartUploads'],
      resources: buckets,
      why: 'which uploads were begun and never finished',
    },
    {
      actions: ['s3:AbortMultipartUpload', 's3:DeleteObject'],
      resources: buckets.map(below),
      why: 'deletes backups that expired, and gives up uploads that nobody finishes',
    },
  ];
}

type Keyed = { kmsKey: string; region: string };

/**
 * Keys that the config names for its stores. S3 itself asks KMS, in the name of the function: no way to KMS is needed, and through
 * nothing else may the key be used. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
function usesKeys({ backups }: Config, actions: readonly string[], why: string): Right[] {
  const keyed = [backups?.primary, backups?.secondary].flatMap((place): Keyed[] =>
    place?.kind === 'bucket' && place.kmsKey !== undefined
      ? [{ kmsKey: place.kmsKey, region: place.region ?? '${AWS::Region}' }]
      : [],
  );
  return keyed.map(({ kmsKey, region }, n) => {
    const viaS3 = { 'kms:ViaService': sub(`s3.${region}.amazonaws.com`) };
    const alias = /(?:^|:)(alias\/.+)$/.exec(kmsKey)?.[1];
    return {
      actions,
      resources: [keyArn(kmsKey, region, alias)],
      // An alias is no resource of these calls: it is asked for beside the key.
      condition: {
        StringEquals: viaS3,
        ...(alias === undefined ? {} : { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } }),
      },
      why: n === 0 ? why : `${why} in the second store`,
    };
  });
}

function keyArn(kmsKey: string, region: string, alias: string | undefined): string {
  if (kmsKey.startsWith('arn:') && alias === undefined) return kmsKey;
  const key = alias === undefined ? kmsKey : '*';
  return `arn:\${AWS::Partition}:kms:${region}:\${AWS::AccountId}:key/${key}`;
}

export function readsEncrypted(config: Config): Right[] {
  return usesKeys(config, ['kms:Decrypt'], 'reads backups that a key encrypts');
}

/** Parts of an upload are encrypted, and decrypted where they are put together. */
export function putsEncrypted(config: Config): Right[] {
  return usesKeys(config, ['kms:Decrypt', 'kms:GenerateDataKey'], 'puts and reads backups that a key encrypts');
}
