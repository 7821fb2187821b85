import { afterAll, beforeAll, expect, test } from 'vitest';
import { aclRules, redisCommands } from '../../../src/providers/redis-commands.ts';
import { takeFreePort } from '../../../src/runtime/free-port.ts';
import type { MemberSpec, TargetSpec } from '../../../src/targets/spec.ts';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../../servers.ts';
import { testPasswords } from '../../servers/passwords.ts';
import { diagnosed, fileOf, problemsOf } from './installed.ts';

/** What PostgreSQL comes with, which is what doctor has advice for. */
const asShipped = { track_io_timing: 'off', log_lock_waits: 'off', log_min_duration_statement: '-1' };

let postgres: TestPostgres;
let redis: TestRedis;

beforeAll(async () => {
  postgres = await startTestPostgres({ replica: true, settings: asShipped });
  redis = await startTestRedis({ sentinels: true, settings: ['maxmemory 32mb'] });
  const user = (name: string, password: string, rules: string) =>
    redis.call(
      'ACL',
      'SETUSER',
      name,
      'on',
      `>${password}`,
      'resetkeys',
      'resetchannels',
      '-@all',
      ...rules.split(' '),
    );
  await user('nightshift_read', 'canary-read', aclRules('read', { isManaged: false }));
  await user('nightshift_act', 'canary-act', aclRules('act', { isManaged: false }));
});
afterAll(async () => {
  await postgres?.stop();
  await redis?.stop();
});

const sentence = (words: RegExp): string => expect.stringMatching(words) as string;
const cachePasswords = { CACHE_READ: 'canary-read', CACHE_ACT: 'canary-act' };

/** A target as nightshift.yaml has it. */
function entryOf(spec: TargetSpec, change: Partial<MemberSpec> & { masterName?: string } = {}): object {
  const { masterName = spec.masterName, ...member } = change;
  const members = spec.members.map(({ name, ...one }) => [name, memberOf({ ...one, ...member })]);
  const { engine, provider, database, tls } = spec;
  return {
    engine,
    provider,
    environment: 'production',
    database,
    masterName,
    tls,
    members: Object.fromEntries(members),
  };
}

function memberOf({ role, host, port, credentials }: Omit<MemberSpec, 'name'>): object {
  const logins = Object.entries(role === 'sentinel' ? { read: {} } : credentials).map(([room, { user, password }]) => [
    room,
    { user, ...(password && 'name' in password ? { password: `${password.from}:${password.name}` } : {}) },
  ]);
  return { role, host, port, credentials: Object.fromEntries(logins) as object };
}

const cacheLogins: MemberSpec['credentials'] = {
  read: { user: 'nightshift_read', password: { from: 'env', name: 'CACHE_READ' } },
  act: { user: 'nightshift_act', password: { from: 'env', name: 'CACHE_ACT' } },
};

/** What is wrong with the two targets, the variables of their passwords being set. */
async function asked(targets: { db?: object; cache?: object } = {}, variables: Record<string, string> = {}) {
  const db = targets.db ?? entryOf(postgres.spec);
  const cache = targets.cache ?? entryOf(redis.spec, { credentials: cacheLogins });
  return diagnosed({
    file: fileOf({ 'shop-db': db, 'shop-cache': cache }),
    // On the laptop passwords are variables; doctor refuses that for a stage that is deployed.
    variables: { ...postgres.environment, ...cachePasswords, ...variables },
    deployed: false,
  });
}

/** Without a deploy file nothing is known of AWS; that is told apart. */
function ofTargets<A>(answers: { [id: string]: A }): { [id: string]: A } {
  return Object.fromEntries(Object.entries(answers).filter(([id]) => id.startsWith('target.')));
}

async function problems(...given: Parameters<typeof asked>) {
  return ofTargets(problemsOf(await asked(...given)));
}

test('servers as they should be give no problem, and every question was answered', async () => {
  const answers = await asked();
  expect(Object.keys(problemsOf(answers))).toEqual(['config.deploy']);
  const skipped = Object.entries(ofTargets(answers)).filter(([, answer]) => 'skipped' in answer);
  expect(skipped.map(([id]) => id)).toEqual(['target.shop-db.timings']);
  expect(answers['target.shop-cache.grants.read']).toEqual({ ok: 'nightshift_read, which writes nothing' });
  expect(answers['target.shop-cache.sentinels']).toEqual({ ok: '3 of 3 do' });
  expect(answers['target.shop-db.timings']).toMatchObject({
    fix: sentence(/ALTER SYSTEM SET track_io_timing = on; .*'1s'|1s/),
  });
  expect(JSON.stringify(answers)).not.toMatch(/canary|test-read/);
});

test('a read role without pg_monitor, and an act role without pg_signal_backend', async () => {
  await postgres.query('REVOKE pg_monitor FROM nightshift_read; REVOKE pg_signal_backend FROM nightshift_act');
  const found = await problems();
  await postgres.query('GRANT pg_monitor TO nightshift_read; GRANT pg_signal_backend TO nightshift_act');
  expect(found).toEqual({
    'target.shop-db.grants.read': {
      problem: sentence(/^nightshift_read is no member of pg_monitor/),
      fix: 'GRANT pg_monitor TO nightshift_read;',
    },
    'target.shop-db.grants.act': {
      problem: sentence(/^nightshift_act is no member of pg_signal_backend/),
      fix: 'GRANT pg_signal_backend TO nightshift_act;',
    },
  });
});

test('a copy role that may not replicate', async () => {
  await postgres.query('ALTER ROLE nightshift_copy NOREPLICATION');
  const found = await problems();
  await postgres.query('ALTER ROLE nightshift_copy REPLICATION');
  expect(found).toEqual({
    'target.shop-db.grants.copy': {
      problem: sentence(/may not replicate/),
      fix: 'ALTER ROLE nightshift_copy REPLICATION;',
    },
  });
});

test('a read role that can write', async () => {
  await postgres.query('CREATE TABLE orders (id int); GRANT INSERT ON orders TO nightshift_read');
  const found = await problems();
  await postgres.query('DROP TABLE orders');
  expect(found).toEqual({
    'target.shop-db.grants.read': {
      problem: 'the read role nightshift_read can write: it may change 1 table',
      fix: sentence(/Take those rights from nightshift_read/),
    },
  });
});

test('pg_stat_statements that was not created, and one that is not loaded', async () => {
  await postgres.query('DROP EXTENSION pg_stat_statements');
  const uncreated = await problems();
  await postgres.query('CREATE EXTENSION pg_stat_statements');
  expect(uncreated).toEqual({
    'target.shop-db.statements': {
      problem: 'pg_stat_statements is loaded, but not created in shop',
      fix: sentence(/CREATE EXTENSION pg_stat_statements;/),
    },
  });
  const bare = await startTestPostgres({ settings: { shared_preload_libraries: '' } });
  const unloaded = await problems({ db: entryOf(bare.spec) });
  await bare.stop();
  expect(unloaded).toEqual({
    'target.shop-db.statements': {
      problem: sentence(/is not loaded/),
      fix: 'ALTER SYSTEM SET shared_preload_libraries = pg_stat_statements; then restart the server. Then: CREATE EXTENSION pg_stat_statements;',
    },
  });
});

test('track_activities that is off', async () => {
  const isNow = async (value: string) => {
    await postgres.query('SELECT pg_reload_conf()');
    const SHOW = 'SHOW track_activities';
    while ((await postgres.query<{ track_activities: string }>(SHOW))[0]?.track_activities !== value);
  };
  await postgres.query('ALTER SYSTEM SET track_activities = off');
  await isNow('off');
  const found = await problems();
  await postgres.query('ALTER SYSTEM RESET track_activities');
  await isNow('on'); // else the next test is told of it, too
  expect(found).toMatchObject({
    'target.shop-db.activity': { fix: 'ALTER SYSTEM SET track_activities = on; SELECT pg_reload_conf();' },
  });
});

test('a wrong password, named without it, and a port on which nothing listens', async () => {
  const wrong = await problems({}, { SHOP_DB_READ_PASSWORD: 'another-canary' });
  expect(wrong['target.shop-db.shop-db-1.login.read']).toEqual({
    problem: 'the server refuses the password of user nightshift_read',
    fix: sentence(/\\password nightshift_read .*SHOP_DB_READ_PASSWORD/),
  });
  expect(JSON.stringify(wrong)).not.toContain('canary');
  const port = await takeFreePort();
  const unreachable = await problems({ db: entryOf(postgres.spec, { port }) });
  expect(unreachable['target.shop-db.shop-db-1.login.read']).toEqual({
    problem: `seen from here, nothing listens on 127.0.0.1:${port} (connection refused)`,
    fix: sentence(/let RoomSecurityGroup in\. The rooms sit in the VPC and may see it differently/),
  });
});

test('a primary and a replica that changed places', async () => {
  const [first, second] = postgres.spec.members;
  const swapped = {
    ...postgres.spec,
    members: [
      { ...first!, role: 'replica' },
      { ...second!, role: 'primary' },
    ],
  };
  expect(await problems({ db: entryOf(swapped as TargetSpec) })).toEqual({
    'target.shop-db.shop-db-1.role': {
      problem: sentence(/says that it is a primary/),
      fix: sentence(/After a failover/),
    },
    'target.shop-db.shop-db-2.role': {
      problem: sentence(/says that it is a replica/),
      fix: sentence(/After a failover/),
    },
  });
});

test('a name of a master that no Sentinel knows', async () => {
  const cache = entryOf(redis.spec, { credentials: cacheLogins, masterName: 'shop-cash' });
  expect(await problems({ cache })).toEqual({
    'target.shop-cache.sentinels': {
      problem:
        'shop-cache-s1, shop-cache-s2, shop-cache-s3 do not know a master called shop-cash. They know shop-cache.',
      fix: sentence(/targets\.shop-cache\.masterName/),
    },
  });
});

test('a read user of Redis that may write, one that may not look, and a server without a memory limit', async () => {
  const whole = { read: { password: { from: 'env', name: 'CACHE' } } } as const;
  const mighty = await problems({ cache: entryOf(redis.spec, { credentials: whole }) }, { CACHE: testPasswords.cache });
  expect(mighty).toEqual({
    'target.shop-cache.grants.read': {
      problem: 'the read user default may SET, CONFIG SET, FLUSHALL',
      fix: sentence(/ACL SETUSER nightshift_read on .* -@all \+info/),
    },
  });
  await redis.call('ACL', 'SETUSER', 'nightshift_read', '-slowlog', '-config|get');
  await redis.call('CONFIG', 'SET', 'maxmemory', '0');
  const blind = await problems();
  await redis.call('ACL', 'SETUSER', 'nightshift_read', ...redisCommands.acl.read.split(' '));
  await redis.call('CONFIG', 'SET', 'maxmemory', '32mb');
  expect(blind).toEqual({
    'target.shop-cache.grants.read': {
      problem: 'nightshift_read may not SLOWLOG GET, CONFIG GET',
      fix: 'ACL SETUSER nightshift_read +slowlog|get +config|get',
    },
    'target.shop-cache.maxmemory': { problem: sentence(/^maxmemory is 0/), fix: sentence(/CONFIG SET maxmemory/) },
  });
});
