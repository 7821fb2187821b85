import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that nobody else can reach: it listens on a socket in a directory of its own, and keeps nothing. */
export type PrivateRedis = {
  pid: number;
  /** `INFO <section>` as it is sent. */
  info(section: string): Promise<string>;
  stop(): Promise<void>;
};

const folders = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];
const programs = ['redis-server', 'valkey-server'];
const LOG = 'redis.log';
const SOCKET = 's';

/** The program of this machine; undefined where it has none. */
export function redisServerHere(): string | undefined {
  return programs.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/**
 * Starts a server on a copy of an RDB and waits until it has loaded it; the directory may only hold that. `own` is a folder for its socket, which
 * goes when it is stopped: a path of a socket has room for about a hundred characters. What it cannot load is a value, with the last that it said. https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
 */
export async function startPrivateRedis(
  program: string,
  { directory, own }: { directory: string; own: string },
  patienceMs: number,
): Promise<PrivateRedis | { notStarted: string }> {
  const socket = join(own, SOCKET);
  const child = spawn(program, settingsOf(directory, own, socket), { detached: true, stdio: 'ignore', cwd: own });
  const stop = async () => {
    await ended(child);
    rmSync(own, { recursive: true, force: true });
  };
  const failure = await untilLoaded(child, socket, patienceMs);
  if (failure === undefined) return { pid: child.pid ?? 0, info: (section) => ask(socket, `INFO ${section}`), stop };
  const said = lastLines(join(own, LOG));
  await stop();
  return { notStarted: said === '' ? failure : said };
}

/** Ends a server whose process was killed, by its folder, and takes that away: it would keep a whole data set in memory for good. */
export async function endPrivateRedis(own: string): Promise<void> {
  // It hangs up instead of an answer; while it loads it obeys, too. https://redis.io/docs/latest/commands/shutdown/
  await ask(join(own, SOCKET), 'SHUTDOWN NOSAVE').catch(() => undefined);
  rmSync(own, { recursive: true, force: true });
}

function settingsOf(directory: string, own: string, socket: string): string[] {
  const settings = {
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir: directory,
    dbfilename: 'dump.rdb',
    logfile: join(own, LOG),
    save: '',
    appendonly: 'no',
    maxmemory: '0',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

async function untilLoaded(child: ChildProcess, socket: string, patienceMs: number): Promise<string | undefined> {
  let failure: string | undefined;
  child.once('error', (fault) => (failure = fault.message));
  child.once('exit', (code, signal) => (failure ??= `it ended with ${code ?? signal}`));
  for (const deadlineMs = Date.now() + patienceMs; Date.now() < deadlineMs; await sleep(20)) {
    if (failure !== undefined) return failure;
    // While it loads it answers -LOADING.
    if ((await ask(socket, 'PING').catch(() => '')).startsWith('+PONG')) return undefined;
  }
  return failure ?? `it had not loaded the data within ${Math.round(patienceMs / 1000)} s`;
}

/** One command of one line; comes back with the whole reply, a text without its frame. */
function ask(socket: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket, () => connection.write(`${command}\r\n`));
    let said = '';
    connection.setTimeout(5000, () => connection.destroy(new Error('it does not answer')));
    connection.on('data', (bytes: Buffer) => {
      said += bytes.toString('latin1');
      const [head, length] = /^\$(\d+)\r\n/.exec(said) ?? [];
      const isWhole = head === undefined ? said.endsWith('\r\n') : said.length >= head.length + Number(length) + 2;
      if (!isWhole) return;
      connection.destroy();
      resolve(head === undefined ? said : said.slice(head.length, -2));
    });
    connection.once('error', reject);
    connection.once('close', () => reject(new Error('it hung up')));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // It has nothing to keep.
  child.kill('SIGKILL');
  await exit;
}

function lastLines(log: string): string {
  if (!existsSync(log)) return '';
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return lines
    .filter((line) => / [#!] /.test(line) && !/WARNING|overcommit/i.test(line))
    .slice(-2)
    .map((line) => line.replace(/^.*? [#!] /, ''))
    .join(' ');
}
