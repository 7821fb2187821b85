import { appendFileSync, chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyServer } from '../../../src/local/fleet/base-backup.ts';
import { orderOf as failoverOrder } from '../../../src/operations/failover/plan.ts';
import { orderOf as switchoverOrder } from '../../../src/operations/switchover/plan.ts';
import { createSecrets, openTarget } from '../../../src/providers/index.ts';
import { pointedAt } from '../../../src/providers/self-managed/siblings/conninfo.ts';
import { whyNotPointed, type SiblingState } from '../../../src/providers/self-managed/siblings/state.ts';
import { findPostgresIdentity, giveTo } from '../../../src/runtime/postgres-identity.ts';
import { startPostgres, type RunningPostgres } from '../../../src/runtime/postgres-launcher.ts';
import type { PostgresTarget } from '../../../src/targets/postgres.ts';
import type { FailoverLook } from '../../../src/targets/failover.ts';
import type { TargetSpec } from '../../../src/targets/spec.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { testPasswords } from '../../servers/passwords.ts';
import { binariesOf, installedMajors } from '../../servers/postgres-majors.ts';
import { testSettings } from '../../servers/postgres-template.ts';
import { recordServer } from '../../servers/room.ts';

const major = installedMajors[0] ?? 18;

/** Two servers and a third one, `shop-db-3`, which follows the first by a slot and a file with its password. */
type Three = {
  pair: TestPostgres;
  spec: TargetSpec;
  third<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>;
  open<R>(room: 'read' | 'act', work: (target: PostgresTarget) => Promise<R>): Promise<R>;
  stop(): Promise<void>;
};

async function startThree(): Promise<Three> {
  const pair = await startTestPostgres({ major, replica: true });
  const directory = `${pair.primary.dataDirectory}-third`;
  mkdirSync(directory);
  chmodSync(directory, 0o700);
  const login = { host: '127.0.0.1', port: pair.primary.port, user: 'nightshift_copy', password: testPasswords.copy };
  await copyServer(login, directory);
  const passfile = `${directory}.pgpass`;
  writeFileSync(passfile, `*:*:*:nightshift_copy:${testPasswords.copy}\n`, { mode: 0o600 });
  const identity = findPostgresIdentity();
  if (identity) chownSync(passfile, identity.uid, identity.gid);
  const conninfo = `host=127.0.0.1 port=${login.port} user=nightshift_copy passfile=${passfile} application_name=shop-db-3`;
  appendFileSync(
    join(directory, 'postgresql.auto.conf'),
    `primary_conninfo = '${conninfo}'\nprimary_slot_name = 'shop_db_3'\n`,
  );
  writeFileSync(join(directory, 'standby.signal'), '');
  giveTo(directory, identity);
  await pair.primary.query(`SELECT pg_create_physical_replication_slot('shop_db_3', true)`);
  const server = await startPostgres({
    dataDirectory: directory,
    binaries: binariesOf(major),
    settings: testSettings,
    onSpawn: (pid) => recordServer(pid, 'shop-db-3'),
  });
  return threeOf(pair, server);
}

function threeOf(pair: TestPostgres, server: RunningPostgres): Three {
  const [, second] = pair.spec.members;
  if (!second) throw new TypeError('a pair is two servers');
  const members = [...pair.spec.members, { ...second, name: 'shop-db-3', port: server.port }];
  const spec = { ...pair.spec, members };
  const { resolve } = createSecrets((name) => pair.environment[name]);
  return {
    pair,
    spec,
    third: async <Row extends pg.QueryResultRow>(sql: string) => {
      const connectionString = `postgres://postgres:${testPasswords.superuser}@127.0.0.1:${server.port}/shop`;
      const client = new pg.Client({ connectionString });
      client.on('error', () => {});
      await client.connect();
      const { rows } = await client.query<Row>(sql).finally(() => void client.end());
      return rows;
    },
    open: async (room, work) => {
      const target = await openTarget(spec, room, { secret: resolve, connectTimeoutMs: 1500 });
      try {
        if (target.engine !== 'postgres') throw new TypeError('no PostgreSQL');
        return await work(target);
      } finally {
        await target.close();
      }
    },
    stop: async () => {
      await server.stop('immediate');
      await pair.stop('immediate');
    },
  };
}

const GRANT = 'GRANT ALTER SYSTEM ON PARAMETER primary_conninfo TO nightshift_act';
const STREAMING = `SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming'`;
const HAVE_ALL = `SELECT FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()`;
const FIT = { member: 'shop-db-2', unfit: null, lagBytes: 0 };
const PATIENCE = { timeout: 60_000 };

let three: Three;
const asked = <R>(one: R | { refused: string }): R => {
  if ('refused' in Object(one)) throw new Error(JSON.stringify(one));
  return one as R;
};

describe('a failover with another standby', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    three = await startThree();
  }, 300_000);
  afterAll(() => three.stop());
  const look = (): Promise<FailoverLook> =>
    three.open('read', async ({ failover }) => asked(await failover!.look('shop-db-2')));
  const outlook = async () => (await look()).facts.find(({ label }) => label === 'Other standbys')?.value;

  it('says before who will follow by the bot, and who will not', async () => {
    await expect.poll(() => three.third(STREAMING), PATIENCE).toHaveLength(1);
    expect(await outlook()).toMatch(
      /^shop-db-3 is left to a person: the login that acts may not write primary_conninfo/,
    );
    await three.pair.primary.query(GRANT);
    await three.pair.primary.query('ALTER ROLE nightshift_act REPLICATION');
    await expect.poll(outlook, PATIENCE).toBe('shop-db-3 is pointed at shop-db-2 by the bot.');
    expect((await look()).steps.at(-1)).toMatch(/^Point other standbys at \{to\}/);
  });

  it('points it at the new primary, with its slot there, and changes host and port alone', async () => {
    const before = await three.third<{ primary_conninfo: string }>('SHOW primary_conninfo');
    // None of them has more than the other when the primary dies.
    await expect.poll(() => three.pair.primary.query(HAVE_ALL), PATIENCE).toHaveLength(2);
    await three.pair.primary.stop('immediate');
    const silent = async () => (await look()).signs.filter(({ says }) => says !== 'dead');
    await expect.poll(silent, PATIENCE).toEqual([]);
    await expect.poll(async () => (await look()).candidates, PATIENCE).toContainEqual(FIT);
    const seen = await look();
    const order = failoverOrder(seen, 'shop-db-2', seen.loss);
    const result = await three.open('act', ({ failover }) => failover!.carryOut({ ...order, acceptsTwoWriters: true }));
    expect(result).toMatchObject({ ended: 'failed-over' });
    expect(result.evidence).toContain('shop-db-3 follows shop-db-2 now: it receives from it on timeline 2.');
    expect(result.left.join(' ')).not.toContain('shop-db-3');
    const { port } = three.spec.members[1]!;
    const [{ primary_conninfo: after } = { primary_conninfo: '' }] = await three.third<{ primary_conninfo: string }>(
      'SHOW primary_conninfo',
    );
    expect(after).toBe(before[0]?.primary_conninfo.replace(/port=\d+/, `port=${port}`));
    const second = three.pair.replica!;
    await second.query('CREATE TABLE after_failover ()');
    const there = () => three.third(`SELECT FROM pg_class WHERE relname = 'after_failover'`);
    await expect.poll(there, PATIENCE).toHaveLength(1);
    const slots = () => second.query(`SELECT active FROM pg_replication_slots WHERE slot_name = 'shop_db_3'`);
    await expect.poll(slots, PATIENCE).toEqual([{ active: true }]);
    // Whoever settles it, because its end was not seen, finds it done.
    const again = await three.open('act', ({ failover }) => failover!.settle({ ...order, acceptsTwoWriters: true }));
    expect(again).toMatchObject({
      ended: 'failed-over',
      evidence: expect.arrayContaining([
        'shop-db-3 follows shop-db-2 already: it receives from it on timeline 2.',
      ]) as string[],
    });
  });
});

describe('a switchover with another standby', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    three = await startThree();
    await three.pair.primary.query(GRANT);
    await three.pair.primary.query('ALTER ROLE nightshift_act REPLICATION');
  }, 300_000);
  afterAll(() => three.stop());

  it('takes it along where it has nothing that the new primary does not have', async () => {
    await expect.poll(() => three.third(STREAMING), PATIENCE).toHaveLength(1);
    const look = () => three.open('read', async ({ switchover }) => asked(await switchover!.look('shop-db-2')));
    const fact = async () => (await look()).facts.find(({ label }) => label === 'Other standbys')?.value;
    await expect.poll(fact, PATIENCE).toBe('shop-db-3 is pointed at shop-db-2 by the bot.');
    const order = switchoverOrder(await look(), 'shop-db-2', 60);
    const result = await three.open('act', ({ switchover }) => switchover!.carryOut(order));
    expect(result).toMatchObject({ ended: 'switched', lost: 'none' });
    expect(result.evidence.join(' ') + result.left.join(' ')).toMatch(
      /shop-db-3 follows shop-db-2 now|shop-db-3 does not follow shop-db-2: it has .* that shop-db-2 does not have/,
    );
  });
});

describe('what is left to a person', () => {
  const state: SiblingState = {
    inRecovery: true,
    timeline: 1,
    reached: '0/3000000',
    receives: true,
    conninfo: 'host=a',
    hasSecret: false,
    slot: '',
    followsLatest: true,
    may: true,
  };

  it.each([
    ['a password, which is never read', { hasSecret: true, conninfo: null }, /password in a file/],
    ['no right', { may: false }, /GRANT ALTER SYSTEM ON PARAMETER primary_conninfo/],
    ['an archive alone', { conninfo: '' }, /from an archive/],
    ['a timeline of its own', { followsLatest: false }, /recovery_target_timeline/],
    ['nothing to recover', { inRecovery: false }, /no standby/],
  ])('is a standby with %s', (_, change, why) => {
    expect(whyNotPointed(state)).toBeUndefined();
    expect(whyNotPointed({ ...state, ...change })).toMatch(why);
  });

  it.each([
    ['postgresql://copy@a/', /URL/],
    ['service=shop', /service/],
    ['host=a hostaddr=10.0.0.1', /hostaddr/],
    ['host=a,b', /several hosts/],
    [`host='a`, /cannot be read/],
  ])('is a connection string like %s', (conninfo, unfit) => {
    expect(pointedAt(conninfo, 'b', 5433)).toEqual({ unfit: expect.stringMatching(unfit) as string });
  });

  it('changes nothing but host and port of the others, whatever is quoted in them', () => {
    const before = `user = copy host='10.0.0.1' port=5432 application_name='it''s' `;
    expect(pointedAt(before.replace(`it''s`, String.raw`it\'s one`), '10.0.0.2', 6432)).toEqual({
      conninfo: String.raw`host=10.0.0.2 port=6432 user=copy application_name='it\'s one'`,
    });
  });
});
