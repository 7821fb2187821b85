import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type RunningRedis, startRedis, startSentinel } from '../../src/local/fleet/redis-launcher.ts';
import type { MemberRole, TargetSpec } from '../../src/targets/spec.ts';
import { aclRules } from '../../src/providers/redis-commands.ts';
import { testPasswords } from './passwords.ts';
import { makeServerDirectory, recordServer } from './room.ts';

/** One server of a test target. */
export type TestRedisMember = RunningRedis & {
  name: string;
  role: MemberRole;
  /** `redis://:password@127.0.0.1:port`; a Sentinel has no password. */
  url: string;
  /** One command, on a connection of its own. */
  call(command: string, ...args: string[]): Promise<unknown>;
};

/** A Redis target of its own, with a password. */
export type TestRedis = TestRedisMember & {
  primary: TestRedisMember;
  /** Only when asked for: its link to the primary is up. */
  replica?: TestRedisMember;
  /** Only when asked for: its link to the primary is up. */
  secondReplica?: TestRedisMember;
  /** Empty or three; their quorum of two is reached. */
  sentinels: readonly TestRedisMember[];
  /** Target `shop-cache`, members `shop-cache-1`, `-2`, `-3`, `-s1` to `-s3`, with `env:` password references. */
  spec: TargetSpec;
  /** The variables that the references name. */
  environment: Record<string, string>;
};

export type TestRedisOptions = {
  replica?: boolean;
  /** Beside the first one. */
  secondReplica?: boolean;
  sentinels?: boolean;
  /** Lines of redis.conf of every data member: `['maxmemory 10mb']`. */
  settings?: readonly string[];
};

const masterName = 'shop-cache';
/** Lines that every data server of a test has. */
export const serverLines = [
  `requirepass ${testPasswords.cache}`,
  `masterauth ${testPasswords.cache}`,
  `user nightshift_canary on >${testPasswords.cacheCanary} resetkeys resetchannels -@all ${aclRules('canary', { isManaged: false })}`,
  'save ""',
  'appendonly no',
  'repl-diskless-sync-delay 0',
  'repl-ping-replica-period 1',
  'latency-monitor-threshold 100',
];

/** Starts a server, and a replica and three Sentinels when asked for. `stop()` ends all of it and removes its files. */
export async function startTestRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const directory = makeServerDirectory('redis');
  const members: TestRedisMember[] = [];
  const stop: TestRedis['stop'] = async (signal) => {
    await Promise.all(members.map((member) => member.stop(signal)));
    // A child that writes a snapshot outlives a killed server for a moment.
    rmSync(directory, { recursive: true, force: true, maxRetries: 50 });
  };
  const start = async (name: string, role: MemberRole, lines: readonly string[]) => {
    const member = await startMember(join(directory, name), name, role, lines);
    members.push(member);
    return member;
  };
  try {
    const lines = [...serverLines, ...(options.settings ?? [])];
    const primary = await start('shop-cache-1', 'primary', lines);
    const replicaLines = [...lines, `replicaof 127.0.0.1 ${primary.port}`];
    const replica = options.replica ? await start('shop-cache-2', 'replica', replicaLines) : undefined;
    const secondReplica = options.secondReplica ? await start('shop-cache-3', 'replica', replicaLines) : undefined;
    await Promise.all([replica, secondReplica].map(async (one) => one && untilLinked(one)));
    const replicas = [replica, secondReplica].filter((one) => one !== undefined).length;
    const names = options.sentinels ? ['shop-cache-s1', 'shop-cache-s2', 'shop-cache-s3'] : [];
    const sentinels = await Promise.all(names.map((name) => start(name, 'sentinel', sentinelLines(primary.port))));
    await Promise.all(sentinels.map((sentinel) => untilQuorum(sentinel, replicas)));
    const common = { primary, sentinels, spec: specOf(members), environment, stop };
    return Object.assign(
      Object.create(primary) as TestRedisMember,
      common,
      replica ? { replica } : {},
      secondReplica ? { secondReplica } : {},
    );
  } catch (thrown) {
    await stop('SIGKILL');
    throw thrown;
  }
}

/** Starts one server of a test; the caller stops it. */
export async function startMember(
  directory: string,
  name: string,
  role: MemberRole,
  configuration: readonly string[],
): Promise<TestRedisMember> {
  const begin = role === 'sentinel' ? startSentinel : startRedis;
  return memberOf(name, role, await begin({ directory, configuration, onSpawn: (pid) => recordServer(pid, name) }));
}

/** Lines of a configuration that the launcher wrote, and that it writes again. */
const OWN_LINES = 5;

/** Starts a data server that has ended once more, at its place and with its lines; it follows nobody but whom further ones name. */
export async function startAgain(
  { name, role, port, configurationFile }: TestRedisMember,
  more: readonly string[] = [],
): Promise<TestRedisMember> {
  const lines = readFileSync(configurationFile, 'utf8').trim().split('\n').slice(OWN_LINES);
  const configuration = [...lines.filter((line) => !line.startsWith('replicaof ')), ...more];
  const directory = dirname(configurationFile);
  return memberOf(
    name,
    role,
    await startRedis({ directory, configuration, port, onSpawn: (pid) => recordServer(pid, name) }),
  );
}

function memberOf(name: string, role: MemberRole, server: RunningRedis): TestRedisMember {
  const password = role === 'sentinel' ? '' : `:${testPasswords.cache}@`;
  const url = `redis://${password}127.0.0.1:${server.port}`;
  const call = async (command: string, ...args: string[]) => {
    const client = new Redis(url, { retryStrategy: () => null, lazyConnect: true });
    client.on('error', () => {});
    try {
      return await client.call(command, ...args);
    } finally {
      client.disconnect();
    }
  };
  return { ...server, name, role, url, call };
}

function sentinelLines(primaryPort: number): string[] {
  return [
    `sentinel monitor ${masterName} 127.0.0.1 ${primaryPort} 2`,
    `sentinel auth-pass ${masterName} ${testPasswords.cache}`,
    `sentinel down-after-milliseconds ${masterName} 1000`,
    `sentinel failover-timeout ${masterName} 5000`,
  ];
}

async function untilLinked(replica: TestRedisMember): Promise<void> {
  while (!String(await replica.call('INFO', 'replication')).includes('master_link_status:up')) await sleep(20);
}

async function untilQuorum(sentinel: TestRedisMember, replicas: number): Promise<void> {
  for (;;) {
    const quorum = await sentinel.call('SENTINEL', 'CKQUORUM', masterName).catch(String);
    const known = await sentinel.call('SENTINEL', 'REPLICAS', masterName);
    if (String(quorum).startsWith('OK 3') && Array.isArray(known) && known.length === replicas) return;
    await sleep(50);
  }
}

/** What the references of the specs name. */
export const cacheEnvironment = {
  SHOP_CACHE_PASSWORD: testPasswords.cache,
  SHOP_CACHE_CANARY_PASSWORD: testPasswords.cacheCanary,
};
const environment = cacheEnvironment;

/** Of a spec that asks for a canary. */
export const canaryLogin = {
  user: 'nightshift_canary',
  password: { from: 'env', name: 'SHOP_CACHE_CANARY_PASSWORD' },
} as const;

function specOf(members: readonly TestRedisMember[]): TargetSpec {
  const credential = { password: { from: 'env', name: 'SHOP_CACHE_PASSWORD' } } as const;
  const isWatched = members.some(({ role }) => role === 'sentinel');
  return {
    name: 'shop-cache',
    engine: 'redis',
    provider: isWatched ? 'sentinel' : 'standalone',
    environment: 'laptop',
    rooms: 'default',
    ...(isWatched ? { masterName } : {}),
    tls: false,
    members: members.map(({ name, role, port }) => ({
      name,
      role,
      host: '127.0.0.1',
      port,
      credentials: role === 'sentinel' ? { read: {} } : { read: credential, act: credential, canary: canaryLogin },
    })),
    alarms: [],
  };
}
