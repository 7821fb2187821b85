import * as z from 'zod';
import { backupTools } from '../core/backup-tool.ts';
import { weekdays } from '../core/weekday.ts';
import { TimeOfDay } from './quiet-schema.ts';

const placeAdvice = 'a store is either `{ bucket: … }` or `{ directory: … }`';

const Region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region looks like eu-central-1');
const Bucket = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket is its name alone: lower-case letters, digits and hyphens');
const KmsKey = z
  .string()
  .regex(/^(arn:aws[\w-]*:kms:\S+|alias\/\S+|[\w-]+)$/, 'a KMS key is its id, its ARN or alias/<name>');

const CopyToOrOff = z.union(
  [z.literal('off'), z.strictObject({ region: Region, kmsKey: KmsKey.optional() }), z.strictObject({ bucket: Bucket })],
  {
    error:
      'is `{ region: … }`, with a kmsKey of that region where snapshots are encrypted, `{ bucket: … }` for ElastiCache, or `off`',
  },
);

const PlaceEntry = z
  .strictObject({
    bucket: Bucket.optional().meta({ description: 'Name of an S3 bucket' }),
    prefix: z
      .string()
      .regex(/^[\w.-]+(\/[\w.-]+)*$/, 'a prefix is plain names with / between them, without one at its ends')
      .optional()
      .meta({ description: 'All keys in the bucket begin with it' }),
    region: Region.optional().meta({ description: 'Where the bucket is. Default: the region of the bot' }),
    kmsKey: KmsKey.optional().meta({
      description: 'KMS key that encrypts what is stored. Default: what the bucket is set to',
    }),
    replicated: z.literal(true, { error: 'is `true`, or is left out' }).optional().meta({
      description:
        'Of a secondary bucket: the replication of S3 brings it all that is put into the primary one; the bot copies nothing there, and reads back what came',
    }),
    directory: z
      .string()
      .regex(/^\//, 'a directory begins with /')
      .optional()
      .meta({ description: 'A directory of the machine that `nightshift serve` runs on; a Lambda function has none' }),
  })
  .refine(({ bucket, directory }) => (bucket === undefined) !== (directory === undefined), placeAdvice)
  .refine(
    ({ directory, prefix, region, kmsKey, replicated }) =>
      directory === undefined || (prefix ?? region ?? kmsKey ?? replicated) === undefined,
    'a directory has no prefix, region, kmsKey or replicated',
  );
export type PlaceEntry = z.infer<typeof PlaceEntry>;

export const BackupPlacesEntry = z.strictObject({
  primary: PlaceEntry.meta({ description: 'Where backups go' }),
  secondary: PlaceEntry.optional().meta({ description: 'A second store, elsewhere, that has to have all of it too' }),
});
export type BackupPlacesEntry = z.infer<typeof BackupPlacesEntry>;

const weeklyAdvice = 'is written `{ days: [sun], at: "02:00" }`, in UTC';
const Weekly = z.strictObject(
  {
    days: z
      .array(z.enum(weekdays, { error: `a day is one of ${weekdays.join(', ')}` }))
      .min(1, 'name at least one day'),
    at: TimeOfDay,
  },
  { error: weeklyAdvice },
);
const WeeklyOrOff = z.union([z.literal('off'), Weekly], { error: `${weeklyAdvice}, or \`off\`` });
const MonthlyOrOff = z.union(
  [z.literal('off'), z.strictObject({ dayOfMonth: z.number().int().min(1).max(28), at: TimeOfDay })],
  { error: 'is written `{ dayOfMonth: 1, at: "07:00" }`, in UTC, with a day from 1 to 28, or `off`' },
);
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
const DrillPlaceEntry = z.strictObject({
  subnetGroup: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._ -]{0,254}$/, 'is the name of a subnet group of RDS, in lower case')
    .meta({ description: 'The subnet group that a drill restores into' }),
  securityGroups: z
    .array(z.string().regex(/^sg-[0-9a-f]{8,17}$/, 'a security group looks like sg-0123456789abcdef0'))
    .min(1, 'name at least one security group')
    .max(5)
    .meta({ description: 'Security groups that let the functions of the bot in, and nobody else' }),
  class: z
    .string()
    .regex(/^db\.[a-z0-9.-]+$/, 'a class looks like db.t4g.medium')
    .optional()
    .meta({ description: 'A class of its own. Default: that of the source' }),
});
const days = z.number().int().min(1).max(3650);

// Words of a command line: none may be taken for an option.
const serverName = z
  .string()
  .regex(/^[A-Za-z0-9_][\w.-]*$/, 'is letters, digits, `_`, `.` and `-`, and begins with no `-`');

/** What differs from the usual policy; the layers are laid over each other key by key. */
export const BackupEntry = z.strictObject({
  mode: z.enum(['on', 'manual', 'off']).optional().meta({
    description:
      '`manual`: backups are made when a person asks, and none is missed; `off`: none are made. Default: `on` where `backups` is written',
  }),
  full: Weekly.optional().meta({
    description: 'PostgreSQL: full backups. Default: Sunday 02:00 (all times here are UTC, so that no clock skips one)',
  }),
  incremental: WeeklyOrOff.optional().meta({
    description: 'PostgreSQL from 17: what changed since the last one. Default: Monday to Saturday 03:00',
  }),
  walMinutes: z
    .union([z.literal('off'), z.number().int().min(1).max(1440)], { error: 'is 1 to 1440 minutes, or `off`' })
    .optional()
    .meta({ description: 'PostgreSQL: how often WAL is fetched; what is younger can be lost. Default: 5' }),
  anySecondDays: days.optional().meta({
    description: 'PostgreSQL: any second of so many days can be restored. Default: 7',
  }),
  fullDays: days.optional().meta({
    description: 'PostgreSQL: each full backup of so many days can be restored to its own end. Default: 30',
  }),
  snapshot: Weekly.optional().meta({ description: 'Redis: snapshots. Default: every day 03:00' }),
  snapshotDays: days.optional().meta({ description: 'Redis: snapshots are kept for so many days. Default: 7' }),
  snapshotFrom: z.enum(['replica', 'any'], { error: 'is `replica` or `any`' }).optional().meta({
    description:
      'Redis: who may be asked for a snapshot. `any`: the primary too, whose clients feel the fork, where no replica can give one and no Sentinel watches. Default: replica',
  }),
  copyTo: CopyToOrOff.optional().meta({
    description:
      'Of what AWS hosts: where a copy of each snapshot that the bot makes goes. RDS and Aurora: `{ region: eu-west-1, kmsKey: alias/copies }`, with a key of that region where snapshots are encrypted; ElastiCache: `{ bucket: acme-exports }`, in the region of the group. Default: nowhere',
  }),
  drill: WeeklyOrOff.optional().meta({
    description: 'The newest backup is restored, started and verified. Default: Sunday 06:00',
  }),
  pointInTimeDrill: MonthlyOrOff.optional().meta({
    description: 'PostgreSQL: the same, to a random second. Default: the 1st of every month 07:00',
  }),
  proofDays: days.optional().meta({ description: 'What a drill proved counts as old after so many days. Default: 8' }),
  pointInTimeProofDays: days.optional().meta({ description: 'The same, of a drill to a random second. Default: 32' }),
  assertions: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'the name of an assertion is lower-case letters, digits and hyphens'),
      z.string().min(1),
    )
    .optional()
    .meta({
      description:
        'PostgreSQL: SQL by name that has to give one `true` in the restored copy, in a transaction that only reads: `orders-exist: select count(*) > 0 from orders`',
    }),
  drillIn: DrillPlaceEntry.optional().meta({
    description:
      'RDS and Aurora: where `drill` restores to, apart from clients and within reach of the bot. Drills of what AWS hosts cost money, and are made only where this is written',
  }),
  compression: z.enum(['none', 'gzip', 'zstd']).optional().meta({ description: 'Default: zstd' }),
  // https://www.postgresql.org/docs/current/protocol-replication.html: MAX_RATE is 32 kB/s to 1 GB/s.
  maxRateBytes: z.number().int().min(32_768).max(1_073_741_824).optional().meta({
    description: 'Bytes a second that a server is asked for at most. Default: no limit',
  }),
  tool: z.enum(backupTools).optional().meta({
    description:
      'PostgreSQL: the tool that makes the backups already. Its catalogue is read, it is started on demand, and Nightshift makes none of its own',
  }),
  stanza: serverName.optional().meta({ description: "pgBackRest's name of the target. Default: the target's" }),
  server: serverName.optional().meta({ description: "Barman's name of the target. Default: the target's" }),
  command: z.array(z.string().min(1)).min(1).max(20).optional().meta({
    description:
      'The program of the tool and the words before all others, run without a shell where `nightshift serve` runs: `[sudo, -u, postgres, pgbackrest]`. Default: the name of the tool, unless `repository` is written',
  }),
  repository: PlaceEntry.optional().meta({
    description:
      "pgBackRest's own repository (repo1-path), not encrypted: read where its program cannot be run, as on Lambda",
  }),
});
export type BackupEntry = z.infer<typeof BackupEntry>;
