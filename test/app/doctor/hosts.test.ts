import { afterEach, beforeEach, expect, test } from 'vitest';
import { startAws, type AwsStandIn } from './aws-stand-in.ts';
import { cluster, group, healthy, instance, node, type Deployed } from './deployed.ts';
import { diagnosed, fileOf, problemsOf } from './installed.ts';

let aws: AwsStandIn;
beforeEach(async () => {
  aws = await startAws();
});
afterEach(() => aws.stop());

const sentence = (words: RegExp): string => expect.stringMatching(words) as string;
// Nothing listens there: what is tested is what the host says of a target.
const credentials = { read: { user: 'nightshift_read', password: 'iam' } };
const at = { host: '127.0.0.1', port: 1, role: 'primary', credentials };
const common = { environment: 'production' };
const file = fileOf({
  'orders-db': {
    ...common,
    engine: 'postgres',
    provider: 'rds',
    database: 'orders',
    members: { 'orders-db-1': { ...at, identifier: 'orders-db' } },
  },
  'stock-db': {
    ...common,
    engine: 'postgres',
    provider: 'aurora',
    database: 'stock',
    members: { 'stock-db-1': { ...at, identifier: 'stock-1' } },
  },
  'orders-cache': {
    ...common,
    engine: 'redis',
    provider: 'elasticache',
    members: { 'orders-cache-1': { ...at, identifier: 'orders-cache-001' } },
  },
});

/** What the hosts say, their servers apart. */
async function problems(change: (deployed: Deployed) => void = () => undefined) {
  aws.deployed = healthy();
  aws.deployed.instances['stock-1'] = `${instance()}<DBClusterIdentifier>stock-cluster</DBClusterIdentifier>`;
  change(aws.deployed);
  const wrong = problemsOf(await diagnosed({ aws, file }));
  return Object.fromEntries(
    Object.entries(wrong).filter(([id]) => id.startsWith('target.') && !id.includes('.login.')),
  );
}

test('targets that are hosted as they should be', async () => {
  expect(await problems()).toEqual({});
  const answers = await diagnosed({ aws, file });
  expect(answers['target.orders-db.orders-db-1.host']).toEqual({ ok: 'PostgreSQL 18.1, encrypted' });
  expect(answers['target.stock-db.host']).toEqual({ ok: 'PostgreSQL 17.5, backups for 7 d' });
  expect(answers['target.orders-cache.host']).toEqual({ ok: 'valkey 8.1, automatic failover' });
});

test.each<[string, { [field: string]: string }, string, RegExp]>([
  ['no backups', { BackupRetentionPeriod: '0' }, 'backups', /--backup-retention-period 7/],
  ['no signed logins', { IAMDatabaseAuthenticationEnabled: 'false' }, 'iam', /--enable-iam-database-authentication/],
  ['no deletion protection', { DeletionProtection: 'false' }, 'protection', /--deletion-protection/],
  ['a public address', { PubliclyAccessible: 'true' }, 'protection', /--no-publicly-accessible/],
  ['a state that is not available', { DBInstanceStatus: 'storage-full' }, 'host', /describe-events/],
])('an instance of RDS with %s', async (_what, change, id, fix) => {
  expect(await problems(({ instances }) => (instances['orders-db'] = instance(change)))).toEqual({
    [`target.orders-db.orders-db-1.${id}`]: { problem: sentence(/orders-db/), fix: sentence(fix) },
  });
});

test('an identifier that RDS does not know, and one that ElastiCache does not', async () => {
  const unknown = await problems((deployed) => {
    deployed.instances = {};
    deployed.groups = {};
  });
  expect(unknown['target.orders-db.orders-db-1.host']).toEqual({
    problem: 'RDS knows no instance orders-db in eu-central-1',
    fix: sentence(/members\.orders-db-1\.identifier/),
  });
  expect(unknown['target.stock-db.host']).toMatchObject({
    problem: 'Aurora knows no instance stock-1 in eu-central-1',
  });
  expect(unknown['target.orders-cache.host']).toMatchObject({ problem: sentence(/no replication group orders-cache/) });
});

test('a target in another account is skipped, and named', async () => {
  const { 'orders-db': orders } = file.targets;
  const elsewhere = fileOf({ 'orders-db': { ...orders, account: '999988887777' } });
  const answers = await diagnosed({ aws, file: elsewhere });
  expect(answers['target.orders-db.orders-db-1.host']).toEqual({
    skipped: 'it is in the account 999988887777, and these credentials are of 111122223333',
  });
});

test('a set of rooms that nobody deployed', async () => {
  const { 'orders-db': orders } = file.targets;
  const elsewhere = fileOf({ 'orders-db': { ...orders, rooms: 'frankfurt' } });
  expect(problemsOf(await diagnosed({ aws, file: elsewhere }))).toMatchObject({
    'aws.rooms.frankfurt': {
      problem: sentence(/no function nightshift-prod-read-frankfurt/),
      fix: sentence(/rooms: frankfurt/),
    },
  });
});

test('a cluster of Aurora that may be deleted, and one without signed logins', async () => {
  const off = { DeletionProtection: 'false', IAMDatabaseAuthenticationEnabled: 'false' };
  expect(await problems(({ clusters }) => (clusters['stock-cluster'] = cluster(off)))).toEqual({
    'target.stock-db.protection': { problem: sentence(/stock-cluster is off/), fix: sentence(/modify-db-cluster/) },
    'target.stock-db.iam': {
      problem: sentence(/stock-cluster is off/),
      fix: sentence(/--enable-iam-database-authentication/),
    },
  });
});

test('a replication group whose events go elsewhere, without snapshots, TLS or users', async () => {
  expect(await problems(({ nodes }) => (nodes['orders-cache-001'] = node('arn:aws:sns:eu-central-1:1:other')))).toEqual(
    {
      'target.orders-cache.events': {
        problem: 'events of orders-cache go to arn:aws:sns:eu-central-1:1:other',
        fix: sentence(/--notification-topic-arn <DatabaseEventTopicArn of the stack>/),
      },
    },
  );
  expect(
    await problems(
      ({ groups }) =>
        (groups['orders-cache'] = group({
          SnapshotRetentionLimit: '0',
          TransitEncryptionEnabled: 'false',
          UserGroupIds: '',
        })),
    ),
  ).toEqual({
    'target.orders-cache.host': { problem: sentence(/speaks no TLS/), fix: sentence(/--transit-encryption-enabled/) },
    'target.orders-cache.backups': {
      problem: 'orders-cache keeps no snapshots',
      fix: sentence(/--snapshot-retention-limit/),
    },
    'target.orders-cache.iam': { problem: sentence(/has no user group/), fix: sentence(/--user-group-ids-to-add/) },
  });
});
