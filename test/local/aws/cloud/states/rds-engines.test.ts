import { FailoverDBClusterCommand, PromoteReadReplicaCommand, RebootDBInstanceCommand } from '@aws-sdk/client-rds';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bindPostgres,
  bindReplica,
  type PostgresEngines,
} from '../../../../../src/local/aws/cloud/engines/postgres-engines.ts';
import type { TestPostgres } from '../../../../servers.ts';
import { copyRole, startPairOfEngines, through } from '../engines.ts';
import { auroraCluster, startActing, twoInstances, type Acting } from './acting.ts';

let pair: TestPostgres;
let engines: PostgresEngines;
let cloud: Acting;
let url: string;

beforeAll(async () => {
  const started = await startPairOfEngines();
  pair = started.pair;
  engines = await bindPostgres({
    members: { 'eu-central-1a': started.one, 'eu-central-1b': started.two },
    copy: copyRole,
  });
  url = through(pair.url, engines.endpoint.port);
  cloud = await startActing({ model: twoInstances(), bindings: { 'orders-1': engines } });
});
afterAll(async () => {
  await cloud.close();
  await engines.rejoined();
  engines.endpoint.close();
  await pair.stop('immediate');
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function ask<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = await connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Writes 101, 102 and so on until its connection is reset; answers once the first is there, with the last that was acknowledged. */
async function writeUntilCut(): Promise<{ last: Promise<number> }> {
  const client = await connect();
  let last = 100;
  const write = async () => {
    await client.query('INSERT INTO led VALUES ($1)', [last + 1]);
    last += 1;
  };
  await write();
  const loop = async () => {
    for (;;) await write();
  };
  const ended = loop().catch(() => last);
  return { last: ended };
}

const SERVER = `SELECT inet_server_port() AS port, pg_is_in_recovery() AS follows`;
const failOver = () =>
  cloud.rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'orders-1', ForceFailover: true }));

describe('a Multi-AZ instance on two real servers', () => {
  it('moves writes to the standby, behind the same endpoint, and loses nothing acknowledged', async () => {
    await ask('CREATE TABLE led (n int)');
    await ask('INSERT INTO led VALUES (1)');
    const old = await connect();
    await old.query('BEGIN; INSERT INTO led VALUES (2)');
    expect(await ask(SERVER)).toMatchObject([{ port: pair.primary.port, follows: false }]);
    const writer = await writeUntilCut();
    await failOver();
    await cloud.settle();
    expect(await ask(SERVER)).toMatchObject([{ port: pair.replica?.port, follows: false }]);
    await expect(old.query('COMMIT')).rejects.toThrow(/terminated|ECONNRESET|not queryable/);
    expect(await ask('SELECT n FROM led WHERE n < 100')).toEqual([{ n: 1 }]);
    const last = await writer.last;
    expect(last).toBeGreaterThan(100);
    expect(await ask('SELECT max(n) AS n FROM led')).toMatchObject([{ n: expect.toSatisfy((n: number) => n >= last) }]);
    await ask('DELETE FROM led WHERE n >= 100');
    expect(cloud.model.instances[0]).toMatchObject({ AvailabilityZone: 'eu-central-1b' });
  });

  it('makes the former primary a synchronous standby, which refuses writes', async () => {
    await engines.rejoined();
    const [row] = await ask<{ sync: string }>(`SELECT sync_state AS sync FROM pg_stat_replication`);
    expect(row?.sync).toBe('sync');
    await expect(pair.primary.query('INSERT INTO led VALUES (3)')).rejects.toMatchObject({ code: '25006' });
    await ask('INSERT INTO led VALUES (4)');
    const there = () => pair.primary.query('SELECT n FROM led ORDER BY n');
    await expect.poll(there).toEqual([{ n: 1 }, { n: 4 }]);
  });

  it('leaves the data where it is when RDS abandons the failover', async () => {
    await failOver();
    await cloud.settle();
    expect(cloud.events().at(-1)).toMatchObject({ id: 'RDS-EVENT-0034' });
    expect(engines.writer()).toBe('eu-central-1b');
  });
});

describe('a read replica on a real server', () => {
  it('takes writes after its promotion, beside its source, which goes on', async () => {
    await engines.rejoined();
    const [source, replica] = [pair.replica, pair.primary];
    if (!source) throw new TypeError('a pair is two servers');
    await source.query(`ALTER SYSTEM SET synchronous_standby_names = ''`);
    await source.query('SELECT pg_reload_conf()');
    const model = twoInstances();
    const [one, two] = model.instances;
    model.instances = [{ ...one }, { ...two, ReadReplicaSourceDBInstanceIdentifier: 'orders-1' }];
    const alone = await startActing({ model, bindings: { 'orders-2': bindReplica(replica) } });
    await alone.rds.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: 'orders-2' }));
    await alone.settle();
    await replica.query('INSERT INTO led VALUES (5)');
    await source.query('INSERT INTO led VALUES (6)');
    expect(await replica.query('SELECT n FROM led ORDER BY n')).toEqual([{ n: 1 }, { n: 4 }, { n: 5 }]);
    expect(await source.query('SELECT n FROM led ORDER BY n')).toEqual([{ n: 1 }, { n: 4 }, { n: 6 }]);
    expect(alone.model.instances[1]?.ReadReplicaSourceDBInstanceIdentifier).toBeUndefined();
    await alone.close();
  });
});

describe('a cluster whose engines cannot move', () => {
  it('tells of a failed failover and keeps its writer', async () => {
    const bindings = { shop: { moveTo: () => Promise.reject(new Error('it does not answer')) } };
    const aurora = await startActing({ model: auroraCluster(), bindings });
    await aurora.rds.send(new FailoverDBClusterCommand({ DBClusterIdentifier: 'shop' }));
    await aurora.settle();
    expect(aurora.events().at(-1)).toMatchObject({ id: 'RDS-EVENT-0069' });
    expect(aurora.model.clusters[0]?.DBClusterMembers?.[0]).toMatchObject({ IsClusterWriter: true });
    await aurora.close();
  });
});
