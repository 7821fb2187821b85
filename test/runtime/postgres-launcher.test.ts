import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { postgresBinariesIn } from '../../src/runtime/postgres-binaries.ts';
import { initialisePostgres } from '../../src/runtime/postgres-cluster.ts';
import { findPostgresIdentity, isTraversableBy } from '../../src/runtime/postgres-identity.ts';
import { reachableBinaries, reachableDirectory } from '../../src/runtime/postgres-place.ts';
import { type PostgresStart, type RunningPostgres, startPostgres } from '../../src/runtime/postgres-launcher.ts';
import { copyTemplate, testSettings } from '../servers/postgres-template.ts';
import { testPasswords } from '../servers/passwords.ts';
import { makeServerDirectory, recordServer } from '../servers/room.ts';

let folder: string;
let dataDirectory: string;
const running: RunningPostgres[] = [];

beforeEach(() => {
  folder = makeServerDirectory('launcher');
  dataDirectory = join(folder, 'data');
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('immediate');
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<PostgresStart> = {}): Promise<RunningPostgres> {
  const server = await startPostgres({
    dataDirectory,
    settings: testSettings,
    onSpawn: (pid) => recordServer(pid, 'launcher test'),
    ...options,
  });
  running.push(server);
  return server;
}

async function query(port: number, sql: string, password: string = testPasswords.superuser): Promise<unknown[]> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a new cluster', () => {
  it('lets nobody in without the password', async () => {
    await initialisePostgres(dataDirectory, 'first-password');
    const { port } = await start();
    await expect(query(port, 'SELECT 1', 'wrong')).rejects.toThrow(/password authentication failed/);
    expect(await query(port, 'SELECT 1 AS one', 'first-password')).toEqual([{ one: 1 }]);
  });

  it('is not made where something lies already, and nothing half made stays', async () => {
    mkdirSync(dataDirectory);
    mkdirSync(join(dataDirectory, 'mine'));
    await expect(initialisePostgres(dataDirectory, 'x')).rejects.toThrow();
    expect(existsSync(join(dataDirectory, 'mine'))).toBe(true);
  });
});

describe('a started server', () => {
  beforeEach(() => copyTemplate(dataDirectory));

  it('listens on 127.0.0.1 alone, with its settings, and without Unix sockets', async () => {
    const { port } = await start({ settings: { ...testSettings, work_mem: '7MB' } });
    const SETTINGS = `SELECT name, current_setting(name) AS value FROM pg_settings
      WHERE name IN ('listen_addresses', 'unix_socket_directories', 'work_mem') ORDER BY name`;
    expect(await query(port, SETTINGS)).toEqual([
      { name: 'listen_addresses', value: '127.0.0.1' },
      { name: 'unix_socket_directories', value: '' },
      { name: 'work_mem', value: '7MB' },
    ]);
  });

  it('is ready also when the log goes to the collector', async () => {
    const { port } = await start({ settings: { ...testSettings, logging_collector: 'on' } });
    expect(await query(port, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('ends in order, and knows that it has ended', async () => {
    const server = await start();
    expect(server.hasExited()).toBe(false);
    await server.stop();
    await server.stop();
    expect(server.hasExited()).toBe(true);
    expect(existsSync(join(dataDirectory, 'postmaster.pid'))).toBe(false);
  });

  it('comes up again with its data after SIGKILL', async () => {
    // A commit that is acknowledged before it is written may be lost, and the servers of tests are in a hurry.
    const server = await start({ settings: { ...testSettings, synchronous_commit: 'on' } });
    await query(server.port, 'CREATE TABLE kept AS SELECT 3 AS n');
    process.kill(server.pid, 'SIGKILL');
    await expect.poll(() => server.hasExited()).toBe(true);
    const again = await startWhenOrphansAreGone();
    expect(await query(again.port, 'SELECT n FROM kept')).toEqual([{ n: 3 }]);
  });

  it('runs under an account without privileges when we are root', async () => {
    const { pid } = await start();
    const expected = findPostgresIdentity()?.uid ?? process.getuid?.();
    expect(statSync(dataDirectory).uid).toBe(expected);
    if (process.platform === 'linux') expect(statSync(`/proc/${pid}`).uid).toBe(expected);
  });
});

describe('a server that cannot start', () => {
  it('says which setting is wrong', async () => {
    await copyTemplate(dataDirectory);
    await expect(start({ settings: { no_such_setting: '1' } })).rejects.toThrow(/no_such_setting/);
  });

  it('says that its port is taken', async () => {
    await copyTemplate(dataDirectory);
    const { taken, port } = await takePort();
    await expect(start({ port })).rejects.toThrow(/could not create any TCP\/IP sockets|ddress already in use/);
    taken.close();
  });

  it('says that there is no cluster', async () => {
    await expect(start()).rejects.toThrow(/does not exist|could not access|No such file/);
  });
});

// An ordinary user runs PostgreSQL as themselves, wherever they can go.
if (process.getuid?.() === 0) {
  describe('below a folder that is closed to the unprivileged account', () => {
    it('data and programs are put where it can reach them, always at the same place', () => {
      const identity = findPostgresIdentity();
      if (!identity) throw new Error('root has an identity for PostgreSQL');
      const closed = join(folder, 'closed');
      mkdirSync(closed);
      chmodSync(closed, 0o700);
      const wanted = join(closed, 'data');
      expect(isTraversableBy(wanted, identity)).toBe(false);
      const place = reachableDirectory(wanted, identity);
      expect(isTraversableBy(place, identity)).toBe(true);
      expect(reachableDirectory(wanted, identity)).toBe(place);
      rmSync(dirname(place), { recursive: true });

      const original = postgresBinariesIn(join(closed, 'native'), '18.0');
      mkdirSync(dirname(original.initdb), { recursive: true });
      for (const program of [original.initdb, original.postgres]) writeFileSync(program, 'program', { mode: 0o755 });
      const copied = reachableBinaries(original, identity);
      expect(isTraversableBy(copied.postgres, identity)).toBe(true);
      expect(readFileSync(copied.initdb, 'utf8')).toBe('program');
      expect(reachableBinaries(original, identity)).toEqual(copied);
      rmSync(dirname(copied.directory), { recursive: true });
    });

    it('an account is taken from the passwd file, postgres before nobody', () => {
      expect(['postgres', 'nobody']).toContain(findPostgresIdentity()?.name);
      expect(() => findPostgresIdentity('/dev/null')).toThrow(/does not run as root/);
    });
  });
}

/** Children of a killed server need a moment to notice that it is gone. */
async function startWhenOrphansAreGone(): Promise<RunningPostgres> {
  for (;;) {
    try {
      return await start();
    } catch (thrown) {
      if (!/shared memory|lock file/.test(String(thrown))) throw thrown;
      const pause = spawn('sleep', ['0.1']);
      await once(pause, 'exit');
    }
  }
}

function takePort(): Promise<{ taken: Server; port: number }> {
  return new Promise((resolve) => {
    const taken = createServer().listen(0, '127.0.0.1', () => {
      const address = taken.address();
      resolve({ taken, port: typeof address === 'object' && address ? address.port : 0 });
    });
  });
}
