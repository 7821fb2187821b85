import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeFreePort } from '../../src/runtime/free-port.ts';
import { findPostgresIdentity, giveTo, uidAndGid } from '../../src/runtime/postgres-identity.ts';
import type { FenceSpec } from '../../src/targets/spec.ts';
import { testPasswords } from './passwords.ts';
import { makeServerDirectory, recordServer } from './room.ts';

/** Debian package pgbouncer. */
export const hasPgbouncer = spawnSync('pgbouncer', ['--version']).status === 0;

export type TestPgbouncer = {
  port: number;
  /** Lines of [databases] in place of those it has; taken up by a reload. */
  point(databases: readonly string[]): void;
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** A real PgBouncer. `databases`: lines of [databases]; `lines`: of [pgbouncer]. Users: postgres, and those of the rooms. */
export async function startPgbouncer(databases: readonly string[], lines: readonly string[]): Promise<TestPgbouncer> {
  const folder = makeServerDirectory('pgbouncer');
  const port = await takeFreePort();
  const users = [
    `"nightshift_read" "${testPasswords.read}"`,
    `"nightshift_act" "${testPasswords.act}"`,
    `"postgres" "${testPasswords.superuser}"`,
  ];
  writeFileSync(join(folder, 'users.txt'), `${users.join('\n')}\n`);
  const write = (entries: readonly string[]) => {
    const settings = [
      '[databases]',
      ...entries,
      '[pgbouncer]',
      `listen_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =`,
      `auth_type = plain\nauth_file = ${join(folder, 'users.txt')}`,
      ...lines,
    ];
    writeFileSync(join(folder, 'pgbouncer.ini'), `${settings.join('\n')}\n`);
  };
  write(databases);
  giveTo(folder, findPostgresIdentity());
  let child = await start(folder, port);
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGQUIT');
    await ended;
  };
  return {
    port,
    point: (entries) => {
      write(entries);
      child.kill('SIGHUP');
    },
    restart: async () => {
      await stop();
      child = await start(folder, port);
    },
    stop,
  };
}

/** It is up when it listens; a server that it leads to may be away. */
async function start(folder: string, port: number): Promise<ChildProcess> {
  const child = spawn('pgbouncer', [join(folder, 'pgbouncer.ini')], {
    ...uidAndGid(findPostgresIdentity()),
    cwd: '/',
    stdio: 'ignore',
  });
  recordServer(child.pid ?? 0, 'pgbouncer');
  while (!(await listens(port))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`PgBouncer ended with ${child.exitCode ?? child.signalCode}; see ${folder}/pgbouncer.ini`);
    await sleep(20);
  }
  return child;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** What the config says of poolers whose entry `shop` the clients use. */
export function fenceThrough(poolers: Readonly<Record<string, number>>, coversAllClients = true): FenceSpec {
  return {
    by: 'pgbouncer',
    coversAllClients,
    poolers: Object.entries(poolers).map(([name, port]) => ({
      name,
      host: '127.0.0.1',
      port,
      database: 'shop',
      tls: false,
      credentials: {
        read: { user: 'nightshift_read', password: { from: 'env', name: 'SHOP_DB_READ_PASSWORD' } },
        act: { user: 'nightshift_act', password: { from: 'env', name: 'SHOP_DB_ACT_PASSWORD' } },
      },
    })),
  };
}
