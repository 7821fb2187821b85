import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formerRedisPrimary } from './former-redis-primary.ts';
import { dataLines, masterName, sentinelLines, type CachePasswords } from './redis-configuration.ts';
import { prepareRedisServer, type RedisServer } from './redis-server.ts';

/** Target `shop-cache`: a primary, a replica, and three Sentinels that watch them. */
export type RedisTrio = {
  /** The two data servers. */
  servers: readonly RedisServer[];
  sentinels: readonly RedisServer[];
  /** Asks the servers which one is the primary now: the Sentinels' word counts, else the servers' own. */
  primary(): Promise<RedisServer | undefined>;
  /** Starts a data server again: as replica of the present primary, or as the primary when there is no other. */
  restore(server: RedisServer): Promise<void>;
  stop(): Promise<void>;
};

export type TrioOptions = {
  directory: string;
  passwords: CachePasswords;
  record(pid: number, what: string): void;
};

const dataNames = ['shop-cache-1', 'shop-cache-2'];
const sentinelNames = ['shop-cache-s1', 'shop-cache-s2', 'shop-cache-s3'];

/** Starts all five; a later start goes on with the primary that the Sentinels agreed on last. */
export async function startRedisTrio({ directory, passwords, record }: TrioOptions): Promise<RedisTrio> {
  const placeOf = (name: string) => join(directory, name);
  const former = formerRedisPrimary(dataNames.map(placeOf), sentinelNames.map(placeOf));
  const prepare = (role: 'data' | 'sentinel') => (name: string) =>
    prepareRedisServer(
      { name, role, directory: placeOf(name), ...(role === 'data' ? { password: passwords.cache } : {}) },
      record,
    );
  const [servers, sentinels] = await Promise.all([
    Promise.all(dataNames.map(prepare('data'))),
    Promise.all(sentinelNames.map(prepare('sentinel'))),
  ]);
  const trio = assemble(servers, sentinels, passwords);
  const primary = servers.find((server) => server.directory === former) ?? servers[0];
  try {
    await startAll(trio, primary, passwords);
    return trio;
  } catch (thrown) {
    await trio.stop();
    throw thrown;
  }
}

async function startAll(trio: RedisTrio, primary: RedisServer | undefined, passwords: CachePasswords): Promise<void> {
  if (!primary) throw new TypeError('a trio has a primary');
  const replicas = trio.servers.filter((server) => server !== primary);
  await primary.start(dataLines(passwords, undefined));
  await Promise.all(replicas.map((replica) => replica.start(dataLines(passwords, primary.port))));
  await Promise.all(replicas.map(untilLinked));
  // Only now: a Sentinel asks a primary for its replicas at once, and then not again for ten seconds.
  await Promise.all(trio.sentinels.map((sentinel) => sentinel.start(sentinelLines(passwords.cache, primary.port))));
  await Promise.all(trio.sentinels.map(untilAgreed));
}

function assemble(
  servers: readonly RedisServer[],
  sentinels: readonly RedisServer[],
  passwords: CachePasswords,
): RedisTrio {
  const primary = async () => (await primaryBySentinels(servers, sentinels)) ?? (await primaryByRole(servers));
  return {
    servers,
    sentinels,
    primary,
    restore: async (server) => {
      const present = await primary();
      const isReplica = present !== undefined && present !== server;
      await server.start(dataLines(passwords, isReplica ? present.port : undefined));
      if (isReplica) await untilLinked(server);
    },
    stop: async () => {
      // The Sentinels first: they would take the end of the primary for a failure.
      await Promise.all(sentinels.map((sentinel) => sentinel.stop()));
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

/** https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#sentinel-api */
async function primaryBySentinels(
  servers: readonly RedisServer[],
  sentinels: readonly RedisServer[],
): Promise<RedisServer | undefined> {
  for (const sentinel of sentinels) {
    if (!sentinel.isRunning()) continue;
    const address = await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName).catch(() => undefined);
    const port: unknown = Array.isArray(address) ? address[1] : undefined;
    if (port !== undefined) return servers.find((server) => String(server.port) === port);
  }
  return undefined;
}

async function primaryByRole(servers: readonly RedisServer[]): Promise<RedisServer | undefined> {
  for (const server of servers) {
    if (!server.isRunning()) continue;
    const role = await server.call('ROLE').catch(() => undefined);
    if (Array.isArray(role) && role[0] === 'master') return server;
  }
  return undefined;
}

async function untilLinked(replica: RedisServer): Promise<void> {
  while (!String(await replica.call('INFO', 'replication')).includes('master_link_status:up')) await sleep(20);
}

/** Sentinels find each other and the replicas through the primary, within about two seconds. */
async function untilAgreed(sentinel: RedisServer): Promise<void> {
  for (;;) {
    const verdict = await sentinel.call('SENTINEL', 'CKQUORUM', masterName).catch(String);
    const replicas = await sentinel.call('SENTINEL', 'REPLICAS', masterName);
    const isComplete = Array.isArray(replicas) && replicas.length === dataNames.length - 1;
    if (isComplete && String(verdict).startsWith(`OK ${sentinelNames.length}`)) return;
    await sleep(50);
  }
}
