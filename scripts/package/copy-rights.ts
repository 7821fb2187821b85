import type { Config } from '../../src/config/config.ts';
import type { CopyPlace } from '../../src/core/backup-policy.ts';
import { sub, type Template } from './cloudformation.ts';
import type { Right } from './right.ts';

/** What only copies need, by the kind of place (src/providers/<provider>/snapshots): where the config names none, no role may do it. */
export const copyActions = {
  region: ['rds:CopyDBClusterSnapshot', 'rds:CopyDBSnapshot', 'kms:CreateGrant', 'kms:DescribeKey'],
  bucket: ['elasticache:CopySnapshot', 's3:GetBucketLocation', 's3:ListAllMyBuckets'],
} as const;

type Places = {
  /** Regions that copies go to, with the keys that are named there. */
  regions: readonly { region: string; kmsKey: string | null }[];
  /** The regions that they come from. */
  homes: readonly string[];
  buckets: readonly string[];
};

const REGIONAL: readonly string[] = ['rds', 'aurora'];

/** The places that the policies of a config name. */
export function copyPlaces({ targets }: Pick<Config, 'targets'>): Places {
  const all = targets.flatMap(({ provider, region = '${AWS::Region}', backup }) =>
    backup?.copyTo ? [{ provider, region, to: backup.copyTo }] : [],
  );
  const isAway = (to: CopyPlace, provider: string) => to.kind === 'region' && REGIONAL.includes(provider);
  const away = all.filter(({ provider, to }) => isAway(to, provider));
  return {
    regions: once(away.flatMap(({ to }) => (to.kind === 'region' ? [to] : []))),
    homes: [...new Set(away.map(({ region }) => region))],
    buckets: [
      ...new Set(
        all.flatMap(({ provider, to }) => (provider === 'elasticache' && to.kind === 'bucket' ? [to.bucket] : [])),
      ),
    ],
  };
}

function once(places: readonly { region: string; kmsKey: string | null }[]): Places['regions'] {
  return [...new Map(places.map(({ region, kmsKey }) => [`${region} ${kmsKey}`, { region, kmsKey }])).values()];
}

/** What `run` may look at of copies: snapshots of the other regions, and what is in the buckets. */
export function looksAtCopies(config: Pick<Config, 'targets'>): Right[] {
  const { regions, buckets } = copyPlaces(config);
  const names = [...new Set(regions.map(({ region }) => region))];
  return [
    ...(names.length === 0
      ? []
      : [
          {
            actions: ['rds:DescribeDBClusterSnapshots', 'rds:DescribeDBSnapshots'],
            resources: names.flatMap((region) =>
              ['db:*', 'snapshot:*', 'cluster:*', 'cluster-snapshot:*'].map((name) => arnOf('rds', region, name)),
            ),
            why: 'which copies of snapshots there are in other regions',
          },
        ]),
    ...(buckets.length === 0
      ? []
      : [
          {
            actions: ['s3:ListBucket'],
            resources: buckets.map((bucket) => `arn:\${AWS::Partition}:s3:::${bucket}`),
            why: 'which exports of snapshots there are',
          },
        ]),
  ];
}

/**
 * What the operator role may do for copies, in a backup alone: copy what has our own name to the regions of the config, with their keys, and
 * have ElastiCache export it. RDS uses keys by grants, in the name of whoever copies.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CopySnapshot.html
 */
export function makesCopies(config: Pick<Config, 'targets'>, byBackup: Template): Template[] {
  const { regions, homes, buckets } = copyPlaces(config);
  return [...toRegions(regions, homes, byBackup), ...toBuckets(buckets, byBackup)];
}

function toRegions(regions: Places['regions'], homes: readonly string[], byBackup: Template): Template[] {
  if (regions.length === 0) return [];
  const places = [...new Set([...homes, ...regions.map(({ region }) => region)])];
  const ours = ['snapshot:nightshift-*', 'cluster-snapshot:nightshift-*'];
  return [
    {
      Sid: 'CopiesByOurName',
      Effect: 'Allow',
      Action: ['rds:AddTagsToResource', 'rds:CopyDBClusterSnapshot', 'rds:CopyDBSnapshot'],
      Resource: places.flatMap((region) => ours.map((name) => sub(arnOf('rds', region, name)))),
      Condition: { StringLike: byBackup },
    },
    {
      Sid: 'KeysOfCopies',
      Effect: 'Allow',
      Action: ['kms:CreateGrant', 'kms:DescribeKey'],
      Resource: places.map((region) => sub(arnOf('kms', region, 'key/*'))),
      Condition: {
        StringLike: byBackup,
        // Through RDS alone: nobody reads or writes with the key itself.
        StringEquals: { 'kms:ViaService': places.map((region) => sub(`rds.${region}.amazonaws.com`)) },
      },
    },
  ];
}

function toBuckets(buckets: readonly string[], byBackup: Template): Template[] {
  if (buckets.length === 0) return [];
  const condition = { Condition: { StringLike: byBackup } };
  return [
    {
      Sid: 'ExportsByOurName',
      Effect: 'Allow',
      Action: ['elasticache:CopySnapshot'],
      Resource: [sub('arn:${AWS::Partition}:elasticache:*:${AWS::AccountId}:snapshot:nightshift-*')],
      ...condition,
    },
    {
      Sid: 'WhereExportsGo',
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation'],
      Resource: buckets.map((bucket) => sub(`arn:\${AWS::Partition}:s3:::${bucket}`)),
      ...condition,
    },
    { Sid: 'WhichBucketsThereAre', Effect: 'Allow', Action: ['s3:ListAllMyBuckets'], Resource: ['*'], ...condition },
  ];
}

/**
 * What the expiry role may do, in a prune alone: delete what has our name and our tag, and nobody pinned.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAM.Conditions.html
 */
export function deletesSnapshots(config: Pick<Config, 'targets'>): Template[] {
  const { regions } = copyPlaces(config);
  const places = [...new Set(['${AWS::Region}', ...homesOf(config), ...regions.map(({ region }) => region)])];
  return [
    {
      Sid: 'SnapshotsOfOurs',
      Effect: 'Allow',
      Action: ['elasticache:DeleteSnapshot', 'rds:DeleteDBClusterSnapshot', 'rds:DeleteDBSnapshot'],
      Resource: places.flatMap((region) =>
        [
          arnOf('rds', region, 'snapshot:nightshift-*'),
          arnOf('rds', region, 'cluster-snapshot:nightshift-*'),
          arnOf('elasticache', region, 'snapshot:nightshift-*'),
        ].map(sub),
      ),
      Condition: {
        Null: { 'aws:ResourceTag/nightshift:run': 'false', 'aws:ResourceTag/nightshift:pin': 'true' },
      },
    },
  ];
}

function homesOf({ targets }: Pick<Config, 'targets'>): string[] {
  const hosted = targets.filter(({ provider }) => [...REGIONAL, 'elasticache'].includes(provider));
  return hosted.flatMap(({ region }) => region ?? []);
}

function arnOf(service: string, region: string, resource: string): string {
  return `arn:\${AWS::Partition}:${service}:${region}:\${AWS::AccountId}:${resource}`;
}
