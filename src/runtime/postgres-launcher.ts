import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../core/errors.ts';
import { isPortFree, takeFreePort } from './free-port.ts';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { complaintIn, serverEnvironment } from './postgres-cluster.ts';
import { findPostgresIdentity, uidAndGid } from './postgres-identity.ts';
import { reachableBinaries } from './postgres-place.ts';

/** What to start: settings by name are given on the command line and win over postgresql.conf. */
export type PostgresStart = {
  dataDirectory: string;
  settings?: { readonly [name: string]: string };
  /** Other programs than those of the npm package. */
  binaries?: PostgresBinaries;
  /** Without a port a free one is taken. */
  port?: number;
  /** Called with the pid at once, long before the server is ready: for a record of what was started. */
  onSpawn?: (pid: number) => void;
  /** A folder that only its own account may enter: the server listens on a socket in it, and on no address. */
  socketDirectory?: string;
  /** Ends the server at once, whatever it does. */
  signal?: AbortSignal;
  /** Hears what the server says on its stderr. */
  onSaid?: (text: string) => void;
  /** Default a minute; a server that replays WAL may need longer. */
  readyTimeoutMs?: number;
  /** What is waited for; `connections` when absent. A standby takes them while it recovers. */
  waitsFor?: 'connections' | 'end of recovery';
};

/** A running server. */
export type RunningPostgres = {
  pid: number;
  port: number;
  dataDirectory: string;
  /** True once the process has ended, for whatever reason. */
  hasExited(): boolean;
  /**
   * Ends the server and waits for it. `fast` rolls back and disconnects everybody, `immediate` leaves crash recovery to the
   * next start: https://www.postgresql.org/docs/18/server-shutdown.html
   */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
};

const READY_TIMEOUT_MS = 60_000;

/** Starts a server on 127.0.0.1 only, or on one Unix socket only, and waits until it takes connections. */
export async function startPostgres(start: PostgresStart): Promise<RunningPostgres> {
  forgetEndedServer(start.dataDirectory);
  for (let attempt = 1; ; attempt += 1) {
    const port = start.port ?? (await takeFreePort());
    const started = await launch(start, port);
    if (!('failure' in started)) return started;
    if (start.port !== undefined || attempt === 3 || !(await wasPortTaken(port, started.failure))) {
      throw new Fault('target_unreachable', `PostgreSQL does not start in ${start.dataDirectory}: ${started.failure}`);
    }
  }
}

/** Between choosing a free port and binding it, somebody else may have taken it, and may have given it back by now. */
async function wasPortTaken(port: number, failure: string): Promise<boolean> {
  return /address already in use/i.test(failure) || !(await isPortFree(port));
}

async function launch(start: PostgresStart, port: number): Promise<RunningPostgres | { failure: string }> {
  const { dataDirectory, settings, binaries = findPostgresBinaries() } = start;
  const identity = findPostgresIdentity();
  const { postgres } = reachableBinaries(binaries, identity);
  const all = { ...settings, port: String(port), ...listening(start) };
  const words = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(postgres, ['-D', dataDirectory, ...words], {
    ...uidAndGid(identity),
    cwd: '/',
    env: serverEnvironment,
    // Its own process group: a terminal's Ctrl-C is for the program that owns the server, which stops it in order.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(start.signal === undefined ? {} : { signal: start.signal, killSignal: 'SIGQUIT' as const }),
  });
  if (child.pid !== undefined) start.onSpawn?.(child.pid);
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said = `${said}${text.toString()}`.slice(-4000);
    start.onSaid?.(text.toString());
  });
  const failure = await untilReady(child, start);
  return failure === undefined
    ? runningPostgres(child, port, dataDirectory)
    : { failure: complaintIn(said) || failure };
}

function listening({ socketDirectory }: PostgresStart): { readonly [setting: string]: string } {
  if (socketDirectory === undefined) return { listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  return { listen_addresses: '', unix_socket_directories: socketDirectory, unix_socket_permissions: '0700' };
}

/**
 * Waits for line 8 of postmaster.pid to say that connections are accepted; that does not depend on where the server logs to.
 * Source: src/include/utils/pidfile.h, LOCK_FILE_LINE_PM_STATUS. Returns why the server ended instead, or undefined.
 */
async function untilReady(
  child: ChildProcess,
  { dataDirectory, readyTimeoutMs = READY_TIMEOUT_MS, waitsFor = 'connections' }: PostgresStart,
): Promise<string | undefined> {
  const isReady = waitsFor === 'connections' ? /^(ready|standby)/ : /^ready/;
  let failure: string | undefined;
  child.once('error', (fault) => (failure = fault.message));
  child.once('exit', (code, signal) => (failure ??= `it ended with ${code ?? signal ?? 'no code'}`));
  for (const deadlineMs = Date.now() + readyTimeoutMs; Date.now() < deadlineMs; await sleep(10)) {
    if (failure !== undefined) return failure;
    const lines = pidFileLines(dataDirectory);
    if (Number(lines[0]) === child.pid && isReady.test(lines[7] ?? '')) return undefined;
  }
  child.kill('SIGQUIT');
  return `it was not ready after ${readyTimeoutMs / 1000} s`;
}

function runningPostgres(child: ChildProcess, port: number, dataDirectory: string): RunningPostgres {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid ?? 0,
    port,
    dataDirectory,
    hasExited,
    stop: async (mode = 'fast') => {
      if (hasExited()) return;
      child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await ended;
    },
  };
}

/**
 * A server that was killed and that nobody has waited for is still listed as a process (state Z of proc(5)), and PostgreSQL
 * takes it for alive; only then is its postmaster.pid removed. The shared memory check stays with PostgreSQL.
 */
function forgetEndedServer(dataDirectory: string): void {
  const pid = Number(pidFileLines(dataDirectory)[0]);
  if (pid > 0 && isZombie(pid)) rmSync(join(dataDirectory, 'postmaster.pid'), { force: true });
}

function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

function pidFileLines(dataDirectory: string): string[] {
  try {
    return readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}
