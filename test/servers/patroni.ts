import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { processStartTime } from '../../src/local/fleet/process-start-time.ts';
import { takeFreePort } from '../../src/runtime/free-port.ts';
import { findPostgresIdentity, giveTo, makePrivateDirectory, uidAndGid } from '../../src/runtime/postgres-identity.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { testPasswords } from './passwords.ts';
import { binariesOf, installedMajors } from './postgres-majors.ts';
import { copyTemplate, testSettings } from './postgres-template.ts';
import { makeServerDirectory, recordServer } from './room.ts';

const program = '/usr/bin/patroni';

/** Why no Patroni can be started here; undefined where it can. */
export const whyNoPatroni =
  existsSync(program) && existsSync('/usr/lib/python3/dist-packages/pysyncobj') && installedMajors.includes(15)
    ? undefined
    : 'needs Patroni and PostgreSQL 15. Debian 12: sudo apt-get install patroni python3-pysyncobj postgresql-15';

/** What Patroni's REST API is told by whoever may change something. */
export const patroniLogin = { user: 'patroni', password: 'test-patroni' } as const;

/** One server with the Patroni beside it. */
export type PatroniMember = {
  name: string;
  port: number;
  url: string;
  /** What `patroni` and `patronictl` are given. */
  configFile: string;
  query<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  connectAs(applicationName: string): Promise<pg.Client>;
  /** Its tags are another now; Patroni knows it after its next round. */
  tag(tags: Readonly<Record<string, boolean | number>>): void;
};

/** Two servers under Patroni, whose store is its own (Raft), so that nothing else has to run. */
export type TestPatroni = {
  members: readonly [PatroniMember, PatroniMember];
  spec: TargetSpec;
  environment: Record<string, string>;
  member(name: string): PatroniMember;
  /** The member that leads and takes writes, once there is one and the other streams from it. */
  settled(): Promise<PatroniMember>;
  /** `PATCH /config`: of all members. */
  configure(settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** As `GET /cluster` has it, from the first that answers. */
  cluster(): Promise<PatroniCluster>;
  stop(): Promise<void>;
};
export type PatroniCluster = { members: { name: string; role: string; state: string }[]; pause?: boolean };

/** A round of Patroni takes so long: as short as it allows. */
export const LOOP_SECONDS = 1;

export async function startTestPatroni(): Promise<TestPatroni> {
  const directory = makeServerDirectory('patroni');
  const names = ['shop-db-1', 'shop-db-2'] as const;
  const rafts = [await takeFreePort(), await takeFreePort()];
  const running: Running[] = [];
  for (const [index, name] of names.entries()) {
    const ports = { postgres: await takeFreePort(), rest: await takeFreePort(), raft: rafts[index] ?? 0 };
    running.push(await startMember(join(directory, name), name, ports, rafts[1 - index] ?? 0));
  }
  const [one, two] = running.map(({ member }) => member);
  if (!one || !two) throw new Error('two members were started');
  const stop = async () => {
    await Promise.all(running.map((each) => each.stop()));
    rmSync(directory, { recursive: true, force: true });
  };
  const cluster = () => askAny<PatroniCluster>([one, two], '/cluster');
  const group: TestPatroni = {
    members: [one, two],
    spec: specOf([one, two]),
    environment: { ...environment },
    member: (name) => (name === one.name ? one : two),
    cluster,
    settled: () => settled([one, two], cluster),
    configure: async (settings) => {
      const headers = { authorization: `Basic ${btoa(`${patroniLogin.user}:${patroniLogin.password}`)}` };
      const answer = await fetch(`${one.url}/config`, { method: 'PATCH', headers, body: JSON.stringify(settings) });
      if (!answer.ok) throw new Error(`PATCH /config: ${answer.status} ${await answer.text()}`);
    },
    stop,
  };
  try {
    await group.settled();
    return group;
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

type Ports = { postgres: number; rest: number; raft: number };
type Running = { member: PatroniMember; stop(): Promise<void> };

/** Both begin with the same copy, as the members of startTestPostgres do: Patroni makes a standby of whoever does not get the lock. */
async function startMember(directory: string, name: string, ports: Ports, partner: number): Promise<Running> {
  const identity = findPostgresIdentity();
  makePrivateDirectory(directory, identity);
  const data = join(directory, 'data');
  await copyTemplate(data, 15);
  mkdirSync(join(directory, 'raft'));
  const file = join(directory, 'patroni.yml');
  // Patroni reads YAML, of which JSON is a part.
  const write = (tags: object) =>
    writeFileSync(file, JSON.stringify({ ...configOf(directory, name, ports, partner), tags }));
  write({});
  giveTo(directory, identity);
  const log = openSync(join(directory, 'log'), 'a');
  const child = spawn(program, [file], { ...uidAndGid(identity), cwd: '/', stdio: ['ignore', log, log] });
  closeSync(log);
  recordServer(child.pid ?? 0, `patroni of ${name}`);
  const tag: PatroniMember['tag'] = (tags) => {
    write(tags);
    child.kill('SIGHUP');
  };
  return { member: memberOf(name, ports, file, tag), stop: () => stopMember(child, data) };
}

/** Patroni would stop its server in order; here it is first, so that it does not start another one. */
async function stopMember(child: ChildProcess, data: string): Promise<void> {
  const ended = once(child, 'exit');
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await ended;
  }
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n', 1)[0]);
  // A server that was killed leaves its file behind, and one that has just begun has not written into it yet.
  if (pid <= 0 || processStartTime(pid) === undefined) return;
  process.kill(pid, 'SIGQUIT');
  while (processStartTime(pid) !== undefined && existsSync(file)) await sleep(20);
}

function configOf(directory: string, name: string, { postgres, rest, raft }: Ports, partner: number): object {
  const at = (port: number) => `127.0.0.1:${port}`;
  return {
    scope: 'shop',
    name,
    restapi: {
      listen: at(rest),
      connect_address: at(rest),
      authentication: { username: patroniLogin.user, password: patroniLogin.password },
    },
    raft: { data_dir: join(directory, 'raft'), self_addr: at(raft), partner_addrs: [at(partner)] },
    bootstrap: { dcs: { ttl: 20, loop_wait: LOOP_SECONDS, retry_timeout: 3 } },
    postgresql: {
      listen: at(postgres),
      connect_address: at(postgres),
      data_dir: join(directory, 'data'),
      bin_dir: join(binariesOf(15).directory, 'bin'),
      pgpass: join(directory, 'pgpass'),
      use_pg_rewind: true,
      authentication: {
        superuser: { username: 'postgres', password: testPasswords.superuser },
        replication: { username: 'nightshift_copy', password: testPasswords.copy },
      },
      parameters: { ...testSettings, synchronous_commit: 'on', wal_log_hints: 'on', unix_socket_directories: '' },
    },
  };
}

function memberOf(
  name: string,
  { postgres, rest }: Ports,
  configFile: string,
  tag: PatroniMember['tag'],
): PatroniMember {
  const connectionString = `postgres://postgres:${testPasswords.superuser}@127.0.0.1:${postgres}/shop`;
  const connectAs = async (application_name: string) => {
    const client = new pg.Client({ connectionString, application_name, connectionTimeoutMillis: 60_000 });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const query: PatroniMember['query'] = async (sql, values) => {
    const client = await connectAs('test');
    try {
      return (await client.query(sql, values ? [...values] : undefined)).rows;
    } finally {
      await client.end();
    }
  };
  return { name, port: postgres, url: `http://127.0.0.1:${rest}`, configFile, tag, connectAs, query };
}

async function askAny<R>(members: readonly PatroniMember[], path: string): Promise<R> {
  for (const { url } of members) {
    const answer = await fetch(`${url}${path}`).catch(() => undefined);
    if (answer?.ok) return (await answer.json()) as R;
  }
  throw new Error(`no Patroni answers to ${path}`);
}

const STREAMS = `SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND replay_lsn = pg_current_wal_lsn()`;

async function settled(
  members: readonly PatroniMember[],
  cluster: () => Promise<PatroniCluster>,
): Promise<PatroniMember> {
  for (;;) {
    const seen = await cluster().catch(() => undefined);
    const leads = seen?.members.find(({ role }) => role === 'leader')?.name;
    const leader = members.find(({ name }) => name === leads);
    const isWhole = seen?.members.length === 2 && seen.members.every(({ state }) => state === 'running');
    const streams = isWhole ? await leader?.query(STREAMS).catch(() => []) : [];
    if (leader && streams && streams.length > 0) return leader;
    await sleep(100);
  }
}

const environment = {
  SHOP_DB_READ: testPasswords.read,
  SHOP_DB_ACT: testPasswords.act,
  SHOP_DB_PATRONI: patroniLogin.password,
};

function specOf(members: readonly PatroniMember[]): TargetSpec {
  const reference = (name: keyof typeof environment) => ({ from: 'env', name }) as const;
  const credentials = {
    read: { user: 'nightshift_read', password: reference('SHOP_DB_READ') },
    act: { user: 'nightshift_act', password: reference('SHOP_DB_ACT') },
  };
  const login = { user: patroniLogin.user, password: reference('SHOP_DB_PATRONI') };
  return {
    name: 'shop-db',
    engine: 'postgres',
    provider: 'self-managed',
    environment: 'laptop',
    rooms: 'default',
    database: 'shop',
    tls: false,
    members: members.map(({ name, port, url }, index) => ({
      name,
      role: index === 0 ? 'primary' : 'replica',
      host: '127.0.0.1',
      port,
      credentials,
      patroni: { url, login },
    })),
    alarms: [],
  };
}
