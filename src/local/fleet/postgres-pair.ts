import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { initialisePostgres } from '../../runtime/postgres-cluster.ts';
import type { FleetPasswords } from './fleet-passwords.ts';
import { formerPrimary } from './former-primary.ts';
import { createCanary, createRoles } from './postgres-roles.ts';
import { type PostgresServer, preparePostgresServer } from './postgres-server.ts';
import { startStandby } from './postgres-standby.ts';
import { primariesOf, rejoin, startHand } from './postgres-hand.ts';
import { openReplicationGate, type ReplicationGate } from './replication-gate.ts';
import { createShop } from './shop-schema.ts';

/** Target `shop-db`: two servers, one of which follows the other through a wire that can be cut. */
export type PostgresPair = {
  servers: readonly PostgresServer[];
  gate: ReplicationGate;
  /** Asks the servers which one takes writes now. */
  primary(): Promise<PostgresServer | undefined>;
  /** Starts a stopped server again: as it was, or as standby when the other one takes writes by now. */
  restore(server: PostgresServer): Promise<void>;
  stop(): Promise<void>;
};

export type PairOptions = {
  directory: string;
  passwords: FleetPasswords;
  record(pid: number, what: string): void;
};

const names = ['shop-db-1', 'shop-db-2'] as const;

/** Starts both servers; the first start makes them, a later one goes on with the roles that they had. */
export async function startPostgresPair({ directory, passwords, record }: PairOptions): Promise<PostgresPair> {
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o711); // Whatever the umask is: PostgreSQL's own account passes through.
  removeUnfinished(directory);
  const [one, two] = await Promise.all(
    names.map((name) => preparePostgresServer(name, join(directory, name), passwords, record)),
  );
  if (!one || !two) throw new TypeError('a pair is two servers');
  const isSwitched = formerPrimary([one.dataDirectory, two.dataDirectory]) === two.dataDirectory;
  const [primary, standby] = isSwitched ? [two, one] : [one, two];
  let upstream = primary;
  const gate = await openReplicationGate(() => upstream.port);
  const follow = async (server: PostgresServer, followed: PostgresServer) => {
    upstream = followed;
    const { port: gatePort } = gate;
    await startStandby(server, { primary: followed, gatePort, user: 'nightshift_copy', password: passwords.copy });
  };
  const pair = assemble([one, two], gate, follow);
  try {
    await startPrimary(primary, passwords);
    await follow(standby, primary);
    return pair;
  } catch (thrown) {
    await pair.stop();
    throw thrown;
  }
}

function assemble(
  servers: readonly PostgresServer[],
  gate: ReplicationGate,
  follow: (server: PostgresServer, followed: PostgresServer) => Promise<void>,
): PostgresPair {
  const primary = async () => (await primariesOf(servers))[0];
  const hand = startHand(servers, follow);
  return {
    servers,
    gate,
    primary,
    restore: (server) =>
      hand.meanwhile(async () => {
        const present = await primary();
        if (present === undefined) await server.start();
        else if (present !== server && !server.isRunning()) await rejoin(server, present, follow);
      }),
    stop: async () => {
      await hand.stop();
      const first = await primary();
      // The primary first: its standby then has all of it, and goes on from there at the next start.
      await first?.stop();
      await Promise.all(servers.map((server) => server.stop()));
      gate.close();
    },
  };
}

async function startPrimary(primary: PostgresServer, passwords: FleetPasswords): Promise<void> {
  const { dataDirectory } = primary;
  if (formerPrimary([dataDirectory]) === undefined) await initialisePostgres(dataDirectory, passwords.superuser);
  rmSync(join(dataDirectory, 'standby.signal'), { force: true });
  await primary.start();
  const DATABASES = `SELECT FROM pg_database WHERE datname = 'shop'`;
  const isNew = (await primary.query(DATABASES, [], 'postgres')).length === 0;
  if (isNew) await primary.query('CREATE DATABASE shop', [], 'postgres');
  await createRoles((sql) => primary.query(sql), passwords);
  await createCanary((sql) => primary.query(sql), passwords.canary);
  await createShop((sql) => primary.query(sql), passwords.shop);
}

/** What a killed start has left half made. */
function removeUnfinished(directory: string): void {
  const unfinished = readdirSync(directory).filter((name) => /^(initdb|copy)-/.test(name));
  for (const name of unfinished) rmSync(join(directory, name), { recursive: true, force: true });
}
