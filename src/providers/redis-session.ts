import { Redis } from 'ioredis';
import { Fault } from '../core/errors.ts';
import type { ScanKeys } from '../targets/key-scan.ts';
import type { Login } from './credentials.ts';
import { verifiedTls, type Limits } from './open-options.ts';
import { parseInfo } from './redis-info.ts';
import { commandFault } from './redis-refusal.ts';
import { scanKeys } from './redis-scan/scan-keys.ts';
import { takeOver, type Wire } from './redis-scan/wire.ts';
import { watchSilence } from './silence.ts';

/** One connection that answered INFO. */
export type RedisSession = {
  /** What the server itself says: `master`, `slave` or `sentinel`. */
  roleSaid: string;
  isClustered: boolean;
  call: (command: string, ...args: readonly string[]) => Promise<unknown>;
  info: (section?: string) => Promise<Record<string, string>>;
  scanKeys: ScanKeys;
  /** Ends it at once; never throws, however often it is called. */
  close: () => Promise<void>;
};

/** Commands that block every client, or whose answer has no bound. */
const NEVER = new Set(['KEYS', 'MONITOR', 'DEBUG', 'SMEMBERS', 'HGETALL', 'FLUSHALL', 'FLUSHDB', 'SHUTDOWN', 'SAVE']);
const GRACE_MS = 500;

/** Opens one connection: no reconnect, no queue while offline, a time limit on every command. Throws what the driver throws. */
export async function openRedisSession(
  address: { host: string; port: number; tls: boolean },
  login: Login,
  limits: Limits,
): Promise<RedisSession> {
  const client = new Redis(clientOptions(address, login, limits));
  let heard: unknown;
  client.on('error', (error) => (heard ??= error));
  const silence = watchSilence(limits.queryTimeoutMs + GRACE_MS, limits.deadlineMs, () => client.disconnect());
  const close = async () => {
    silence.stop();
    client.disconnect();
  };
  let wire: Wire | undefined;
  const call = async (command: string, ...args: readonly string[]): Promise<unknown> => {
    if (wire) throw new Fault('conflict', 'this connection is busy with a scan of the keys');
    if (NEVER.has(command.toUpperCase())) throw new Fault('bug', `${command} is never sent: it can stop every client`);
    try {
      return await silence.whileAsking(() => client.call(command, ...args));
    } catch (thrown) {
      throw silence.fault() ?? commandFault(thrown);
    }
  };
  try {
    await client.connect();
    // While a data set is loaded INFO is answered, most others are not.
    const said = parseInfo(await withinMs(limits.connectTimeoutMs, client.call('INFO')));
    const info = async (section?: string) => parseInfo(await call('INFO', ...(section === undefined ? [] : [section])));
    const scan: ScanKeys = async (request) => {
      if (wire) throw new Fault('conflict', 'this connection is busy with a scan of the keys');
      const taken = takeOver(client.stream);
      wire = { ...taken, exchange: (...asked) => silence.whileAsking(() => taken.exchange(...asked)) };
      try {
        return await scanKeys(wire, login.user ?? 'default', request);
      } catch (thrown) {
        // Answers that are still under way would be taken for those of the next question.
        await close();
        throw silence.fault() ?? commandFault(thrown);
      } finally {
        taken.release();
        wire = undefined;
      }
    };
    const roleSaid = said['role'] ?? said['redis_mode'] ?? 'unknown';
    return { roleSaid, isClustered: said['cluster_enabled'] === '1', call, info, scanKeys: scan, close };
  } catch (thrown) {
    await close();
    throw isOpaque(thrown) ? (heard ?? thrown) : thrown;
  }
}

/** How the driver is opened for one connection that is never made again by itself. */
export function clientOptions(
  { host, port, tls }: { host: string; port: number; tls: boolean },
  login: Login,
  limits: Limits,
) {
  return {
    host,
    port,
    lazyConnect: true,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: limits.connectTimeoutMs,
    commandTimeout: limits.queryTimeoutMs,
    connectionName: 'nightshift',
    disableClientInfo: true,
    // RESP3 turns the flat lists of SENTINEL and CONFIG into maps on some versions only.
    protocol: 2 as const,
    ...(login.user === undefined ? {} : { username: login.user }),
    ...(login.password === undefined ? {} : { password: login.password }),
    ...(tls ? { tls: verifiedTls(host) } : {}),
  };
}

/** After a refused login the driver only says that the connection is closed; the reason came as an event. */
function isOpaque(thrown: unknown): boolean {
  return thrown instanceof Error && /closed|writeable|NOAUTH/i.test(thrown.message);
}

async function withinMs<R>(limitMs: number, work: Promise<R>): Promise<R> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timeout expired')), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
