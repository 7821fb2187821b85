import { spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { copyServer } from '../../src/local/fleet/base-backup.ts';
import { keepPasswords, type FleetPasswords } from '../../src/local/fleet/fleet-passwords.ts';
import { freezeProcess, thawProcess } from '../../src/local/fleet/frozen-process.ts';
import { findPostgresBinaries } from '../../src/runtime/postgres-binaries.ts';
import { findPostgresIdentity, giveTo } from '../../src/runtime/postgres-identity.ts';
import { reachableBinaries } from '../../src/runtime/postgres-place.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { openBook } from '../providers/self-managed/shop-writer.ts';
import { specOf } from '../providers/self-managed/streaming-pair.ts';
import { fleetDirectory } from './fleet.ts';
import type { HostName, Network } from './network.ts';

/** A server on a host of its own. It is reached by its address, and nobody else's hand is on it. */
export type HostedServer = {
  name: string;
  query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>;
  connectAs(applicationName: string): Promise<pg.Client>;
  /** As the host finds it: it starts as what it was when it ended. */
  start(): Promise<void>;
  /** As a machine that loses its power. */
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
};

/** `shop-db-2` follows `shop-db-1`; both are new at each `begin`. */
export type HostedPair = { spec: TargetSpec; primary: HostedServer; standby: HostedServer; begin(): Promise<void> };

const PORT = 5432;
const settings = {
  listen_addresses: '*',
  unix_socket_directories: '',
  shared_buffers: '16MB',
  autovacuum: 'off',
  logging_collector: 'on',
  log_min_messages: 'fatal',
};
const timeouts = { wal_sender_timeout: '5s', wal_receiver_timeout: '5s', wal_retrieve_retry_interval: '500ms' };

export async function startHostedPair(network: Network): Promise<HostedPair> {
  const directory = await fleetDirectory();
  const passwords = keepPasswords(join(directory, 'passwords.json'));
  const postgres = join(directory, 'postgres');
  const seeded = join(postgres, 'shop-db-1');
  const [first, second] = [join(postgres, 'first'), join(postgres, 'second')];
  const anywhere = ['all', 'replication'].map((what) => `host ${what} all 10.213.0.0/16 scram-sha-256`);
  appendFileSync(join(seeded, 'pg_hba.conf'), `${anywhere.join('\n')}\n`);
  const primary = serverOn(network, 'primary', first, passwords);
  const standby = serverOn(network, 'standby', second, passwords);
  const { addresses } = network;
  const named = [
    { name: 'shop-db-1', port: PORT, host: addresses.primary },
    { name: 'shop-db-2', port: PORT, host: addresses.standby },
  ];
  return {
    spec: specOf(named, passwords),
    primary,
    standby,
    begin: async () => {
      await Promise.all([primary.kill(), standby.kill()]);
      for (const old of [first, second]) rmSync(old, { recursive: true, force: true });
      // Node's own copy keeps neither owner nor mode.
      spawnSync('cp', ['-a', seeded, first]);
      await primary.start();
      await openBook(primary);
      mkdirSync(second);
      chmodSync(second, 0o700);
      await copyServer(
        { host: addresses.primary, port: PORT, user: 'nightshift_copy', password: passwords.copy },
        second,
      );
      const from = `host=${network.between} port=${PORT} user=nightshift_copy password=${passwords.copy} application_name=shop-db-2`;
      appendFileSync(join(second, 'postgresql.auto.conf'), `primary_conninfo = '${from}'\n`);
      writeFileSync(join(second, 'standby.signal'), '');
      giveTo(second, findPostgresIdentity());
      await standby.start();
    },
  };
}

function serverOn(network: Network, on: HostName, directory: string, passwords: FleetPasswords): HostedServer {
  const host = network.addresses[on];
  let running: ChildProcess | undefined;
  const open = async (user: string, password: string, applicationName: string) => {
    const about = { host, port: PORT, user, password, database: 'shop', application_name: applicationName };
    const client = new pg.Client({ ...about, connectionTimeoutMillis: 2000, query_timeout: 10_000 });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const query = async <Row extends pg.QueryResultRow>(sql: string) => {
    const client = await open('postgres', passwords.superuser, 'fleet');
    return client.query<Row>(sql).then(
      ({ rows }) => client.end().then(() => rows),
      (thrown: unknown) => client.end().then(() => Promise.reject(thrown)),
    );
  };
  return {
    name: on === 'primary' ? 'shop-db-1' : 'shop-db-2',
    query,
    connectAs: (applicationName) => open('shop', passwords.shop, applicationName),
    start: async () => {
      const identity = findPostgresIdentity();
      const { postgres } = reachableBinaries(findPostgresBinaries(), identity);
      const words = Object.entries({ ...settings, ...timeouts }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      running = network.start(on, [postgres, '-D', directory, ...words], identity);
      await untilReady(() => open('postgres', passwords.superuser, 'fleet'), running);
    },
    kill: async () => {
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      thawProcess(running.pid ?? 0);
      const ended = once(running, 'exit');
      running.kill('SIGKILL');
      await ended;
    },
    freeze: () => freezeProcess(running?.pid ?? 0),
    thaw: () => thawProcess(running?.pid ?? 0),
  };
}

async function untilReady(open: () => Promise<pg.Client>, running: ChildProcess): Promise<void> {
  for (;;) {
    const client = await open().catch(() => undefined);
    if (client) return client.end();
    if (running.exitCode !== null) throw new Error(`the server ended with ${running.exitCode}`);
    await sleep(50);
  }
}
