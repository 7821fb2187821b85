import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve as absolute } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../core/errors.ts';
import { takeFreePort } from '../../runtime/free-port.ts';
import { findRedisServer } from './redis-binary.ts';

/** What to start. */
export type RedisStart = {
  directory: string;
  /** Lines of a configuration file, in order: `requirepass x`, `sentinel monitor …`. */
  configuration: readonly string[];
  /** Without a port a free one is taken. */
  port?: number;
  /** Called with the pid at once, before the server answers: for a record of what was started. */
  onSpawn?: (pid: number) => void;
};

/** A running Redis server or Sentinel. */
export type RunningRedis = {
  pid: number;
  port: number;
  /** The file that the server itself rewrites: CONFIG REWRITE, and Sentinel at every change of state. */
  configurationFile: string;
  hasExited(): boolean;
  /** Ends the server and waits for it: SIGTERM saves if it is configured to, SIGKILL is a crash. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
};

/** `isStuck`: it runs and does not answer, so that another port would not help. */
type NotStarted = { failure: string; isStuck: boolean };

const readyTimeoutMs = 60_000;
const stopTimeoutMs = 3_000;

/** Starts a server on 127.0.0.1 in a directory of its own and waits until it answers. */
export async function startRedis(start: RedisStart): Promise<RunningRedis> {
  return await startOnPort(start, []);
}

/** Starts a Sentinel: https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/ */
export async function startSentinel(start: RedisStart): Promise<RunningRedis> {
  return await startOnPort(start, ['--sentinel']);
}

async function startOnPort(start: RedisStart, words: readonly string[]): Promise<RunningRedis> {
  mkdirSync(start.directory, { recursive: true, mode: 0o700 });
  for (let attempt = 1; ; attempt += 1) {
    const port = start.port ?? (await takeFreePort());
    const started = await launch(start, words, port);
    if (!('failure' in started)) return started;
    // Between choosing a free port and binding it, somebody else may have taken it, and given it back by now.
    if (start.port !== undefined || attempt === 3 || started.isStuck) {
      throw new Fault('target_unreachable', `Redis does not start in ${start.directory}: ${started.failure}`);
    }
  }
}

async function launch(
  { configuration, onSpawn, ...start }: RedisStart,
  words: readonly string[],
  port: number,
): Promise<RunningRedis | NotStarted> {
  const directory = absolute(start.directory); // It becomes the server's working directory.
  const configurationFile = join(directory, 'redis.conf');
  const pidFile = join(directory, 'redis.pid');
  rmSync(pidFile, { force: true });
  const own = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir "${directory}"`,
    `logfile "${join(directory, 'redis.log')}"`,
    `pidfile "${pidFile}"`,
  ];
  // Passwords stand in this file and nowhere on a command line, which everybody can read.
  writeFileSync(configurationFile, `${[...own, ...configuration].join('\n')}\n`, { mode: 0o600 });
  // Its own process group: a terminal's Ctrl-C is for the program that owns the server, which stops it in order.
  const child = spawn(findRedisServer(), [configurationFile, ...words], {
    detached: true,
    stdio: 'ignore',
    cwd: directory,
  });
  if (child.pid !== undefined) onSpawn?.(child.pid);
  const failure = await untilAnswering(child, port, pidFile);
  if (failure !== undefined) return { ...failure, failure: `${failure.failure}; see ${join(directory, 'redis.log')}` };
  return runningRedis(child, port, configurationFile);
}

/** What answers on the port may be another server that has taken it; ours writes its pid down once it listens. */
async function untilAnswering(child: ChildProcess, port: number, pidFile: string): Promise<NotStarted | undefined> {
  let failure: string | undefined;
  child.once('error', (fault) => (failure = fault.message));
  child.once('exit', (code, signal) => (failure ??= `it ended with ${code ?? signal}`));
  for (const deadlineMs = Date.now() + readyTimeoutMs; Date.now() < deadlineMs; await sleep(10)) {
    const answer = isListening(child, pidFile) ? await ping(port) : '';
    if (failure !== undefined) return { failure, isStuck: false };
    // A server with a password answers -NOAUTH to a stranger: it is up. -LOADING is not.
    if (/^(\+PONG|-NOAUTH|-DENIED)/.test(answer)) return undefined;
  }
  child.kill('SIGKILL');
  return { failure: `it did not answer within ${readyTimeoutMs / 1000} s`, isStuck: true };
}

function isListening({ pid }: ChildProcess, pidFile: string): boolean {
  try {
    return Number(readFileSync(pidFile, 'utf8')) === pid;
  } catch {
    return false;
  }
}

function ping(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const finish = (answer: string) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => finish(''));
    socket.once('data', (data: Buffer) => finish(data.toString()));
    socket.once('error', () => finish(''));
    socket.once('close', () => resolve(''));
  });
}

function runningRedis(child: ChildProcess, port: number, configurationFile: string): RunningRedis {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid ?? 0,
    port,
    configurationFile,
    hasExited,
    stop: async (signal = 'SIGTERM') => {
      if (hasExited()) return;
      child.kill(signal);
      const forced = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
      await ended;
      clearTimeout(forced);
    },
  };
}
