import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findPostgresIdentity, giveTo } from '../../src/runtime/postgres-identity.ts';
import { type RunningPostgres, startPostgres } from '../../src/runtime/postgres-launcher.ts';
import type { MemberSpec, TargetSpec } from '../../src/targets/spec.ts';
import { testPasswords } from './passwords.ts';
import { binariesOf, type PostgresMajor } from './postgres-majors.ts';
import { copyTemplate, testSettings } from './postgres-template.ts';
import { makeServerDirectory, recordServer } from './room.ts';

/** One server of a test target. */
export type TestPostgresMember = RunningPostgres & {
  name: string;
  /** Connection URL of the superuser, database `shop`. */
  url: string;
  /** Connection URL of another role: `nightshift_read`, `nightshift_act`, `nightshift_copy`. */
  urlAs(role: 'nightshift_read' | 'nightshift_act' | 'nightshift_copy'): string;
  /** One statement as superuser, on a connection of its own. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** A connection that stays open (also through faults of the server) until `end()` or the server's stop. */
  connect(applicationName?: string): Promise<pg.Client>;
  /** Starts a stopped server again, on the same port. */
  restart(): Promise<void>;
};

/** A PostgreSQL target of its own: database `shop`, the three roles, pg_stat_statements. */
export type TestPostgres = TestPostgresMember & {
  primary: TestPostgresMember;
  /** Only when asked for: a streaming standby, caught up. */
  replica?: TestPostgresMember;
  /** Target `shop-db`, members `shop-db-1` and `shop-db-2`, with `env:` password references. */
  spec: TargetSpec;
  /** The variables that the references name. */
  environment: Record<string, string>;
};

export type TestPostgresOptions = {
  /** 18 when not said. */
  major?: PostgresMajor;
  replica?: boolean;
  /** Server settings of every member: `{ max_connections: '20' }`. */
  settings?: Record<string, string>;
};

/** Starts a server, and a standby when asked for. `stop()` ends all of it and removes its files. */
export async function startTestPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const directory = makeServerDirectory('postgres');
  const kind: Kind = { major: options.major ?? 18, settings: { ...testSettings, ...options.settings } };
  const members: TestPostgresMember[] = [];
  const stop: TestPostgres['stop'] = async (mode) => {
    await Promise.all(members.toReversed().map((member) => member.stop(mode)));
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const primary = await startPrimary(directory, kind);
    members.push(primary);
    const replica = options.replica ? await startReplica(directory, kind, primary) : undefined;
    if (replica) members.push(replica);
    const common = { primary, spec: specOf(members), environment };
    return Object.assign(Object.create(primary) as TestPostgresMember, common, replica ? { replica } : {}, { stop });
  } catch (thrown) {
    await stop('immediate');
    throw thrown;
  }
}

type Kind = { major: PostgresMajor; settings: Record<string, string> };

async function startPrimary(directory: string, kind: Kind): Promise<TestPostgresMember> {
  const dataDirectory = join(directory, 'shop-db-1');
  await copyTemplate(dataDirectory, kind.major);
  return await startMember('shop-db-1', dataDirectory, kind);
}

/** The standby begins with the same copy: the template was shut down cleanly, so both share its last checkpoint. */
async function startReplica(directory: string, kind: Kind, primary: TestPostgresMember): Promise<TestPostgresMember> {
  const dataDirectory = join(directory, 'shop-db-2');
  await copyTemplate(dataDirectory, kind.major);
  const source = `host=127.0.0.1 port=${primary.port} user=nightshift_copy password=${testPasswords.copy} application_name=shop-db-2`;
  appendFileSync(join(dataDirectory, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n`);
  writeFileSync(join(dataDirectory, 'standby.signal'), '');
  giveTo(dataDirectory, findPostgresIdentity());
  const replica = await startMember('shop-db-2', dataDirectory, kind);
  await untilStreaming(primary);
  return replica;
}

async function untilStreaming(primary: TestPostgresMember): Promise<void> {
  const CAUGHT_UP = `SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND replay_lsn = pg_current_wal_lsn()`;
  while ((await primary.query(CAUGHT_UP)).length === 0) await sleep(20);
}

async function startMember(
  name: string,
  dataDirectory: string,
  { major, settings }: Kind,
): Promise<TestPostgresMember> {
  const binaries = binariesOf(major);
  const onSpawn = (pid: number) => recordServer(pid, name);
  let server = await startPostgres({ dataDirectory, binaries, settings, onSpawn });
  const { port } = server;
  const urlOf = (user: string, password: string) => `postgres://${user}:${password}@127.0.0.1:${port}/shop`;
  const url = urlOf('postgres', testPasswords.superuser);
  const connect = async (applicationName = 'test') => {
    const client = new pg.Client({ connectionString: url, application_name: applicationName });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  return {
    name,
    port,
    url,
    dataDirectory,
    get pid() {
      return server.pid;
    },
    hasExited: () => server.hasExited(),
    stop: (mode) => server.stop(mode),
    restart: async () => void (server = await startPostgres({ dataDirectory, binaries, settings, port, onSpawn })),
    urlAs: (role) => urlOf(role, testPasswords[role.slice('nightshift_'.length) as 'read' | 'act' | 'copy']),
    connect,
    query: async <Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []) => {
      const client = await connect();
      try {
        return (await client.query<Row>(sql, [...values])).rows;
      } finally {
        await client.end();
      }
    },
  };
}

const environment = {
  SHOP_DB_READ_PASSWORD: testPasswords.read,
  SHOP_DB_ACT_PASSWORD: testPasswords.act,
  SHOP_DB_COPY_PASSWORD: testPasswords.copy,
};

const credentials: MemberSpec['credentials'] = {
  read: { user: 'nightshift_read', password: { from: 'env', name: 'SHOP_DB_READ_PASSWORD' } },
  act: { user: 'nightshift_act', password: { from: 'env', name: 'SHOP_DB_ACT_PASSWORD' } },
  copy: { user: 'nightshift_copy', password: { from: 'env', name: 'SHOP_DB_COPY_PASSWORD' } },
};

function specOf(members: readonly TestPostgresMember[]): TargetSpec {
  return {
    name: 'shop-db',
    engine: 'postgres',
    provider: 'self-managed',
    environment: 'laptop',
    rooms: 'default',
    database: 'shop',
    tls: false,
    members: members.map(({ name, port }) => ({
      name,
      role: name === 'shop-db-1' ? 'primary' : 'replica',
      host: '127.0.0.1',
      port,
      credentials,
    })),
    alarms: [],
  };
}
