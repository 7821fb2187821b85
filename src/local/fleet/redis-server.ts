import { Redis } from 'ioredis';
import { takeFreePort } from '../../runtime/free-port.ts';
import { type RedisStart, type RunningRedis, startRedis, startSentinel } from './redis-launcher.ts';

/** One Redis server or Sentinel of the fleet. */
export type RedisServer = {
  name: string;
  role: 'data' | 'sentinel';
  port: number;
  directory: string;
  isRunning(): boolean;
  /** Starts it with these lines of configuration, always on the same port; a running one is left alone. */
  start(configuration: readonly string[]): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** A crash: SIGKILL. */
  kill(): Promise<void>;
  /** One command on a connection of its own. */
  call(command: string, ...args: readonly string[]): Promise<unknown>;
};

const connectTimeoutMs = 1_000;

/** A server that is not started yet. `record` is told the pid of every start. A Sentinel has no password. */
export async function prepareRedisServer(
  about: { name: string; role: 'data' | 'sentinel'; directory: string; password?: string },
  record: (pid: number, what: string) => void,
): Promise<RedisServer> {
  const { name, role, directory, password } = about;
  const port = await takeFreePort();
  const launch = (start: RedisStart) => (role === 'sentinel' ? startSentinel(start) : startRedis(start));
  let running: RunningRedis | undefined;
  const isRunning = () => running !== undefined && !running.hasExited();
  return {
    name,
    role,
    port,
    directory,
    isRunning,
    start: async (configuration) => {
      if (isRunning()) return;
      running = await launch({ directory, configuration, port, onSpawn: (pid) => record(pid, name) });
    },
    stop: async () => await running?.stop(),
    kill: async () => await running?.stop('SIGKILL'),
    call: (command, ...args) => callOnce(port, password, command, args),
  };
}

async function callOnce(
  port: number,
  password: string | undefined,
  command: string,
  args: readonly string[],
): Promise<unknown> {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    connectTimeout: connectTimeoutMs,
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    ...(password === undefined ? {} : { password }),
  });
  client.on('error', () => {});
  try {
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}
