import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeFreePort } from '../../src/runtime/free-port.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { cacheEnvironment, canaryLogin, serverLines, startMember, type TestRedisMember } from './redis.ts';
import { makeServerDirectory } from './room.ts';

/** A Redis Cluster: three primaries, each with one replica, all slots served, all nodes agreed. */
export type TestCluster = {
  /** `shop-cluster-1` to `-3`. */
  primaries: readonly TestRedisMember[];
  /** `shop-cluster-4` to `-6`: replica of the primary at the same place. */
  replicas: readonly TestRedisMember[];
  /** Target `shop-cluster` with all six. */
  spec: TargetSpec;
  environment: Record<string, string>;
  stop(): Promise<void>;
};

/** Slots of the three primaries. */
const RANGES = ['0 5460', '5461 10922', '10923 16383'] as const;

/** Starts a small cluster that keeps nothing on disk but its own view. https://redis.io/docs/latest/operate/oss_and_stack/management/scaling/ */
export async function startTestCluster(): Promise<TestCluster> {
  const directory = makeServerDirectory('redis-cluster');
  const members: TestRedisMember[] = [];
  const stop = async () => {
    await Promise.all(members.map((member) => member.stop('SIGKILL')));
    // A child that writes a snapshot outlives a killed server for a moment.
    rmSync(directory, { recursive: true, force: true, maxRetries: 50 });
  };
  try {
    const busPorts: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      const busPort = await takeFreePort();
      busPorts.push(busPort);
      const name = `shop-cluster-${n + 1}`;
      members.push(await startMember(join(directory, name), name, n < 3 ? 'primary' : 'replica', linesOf(busPort)));
    }
    await joinAll(members, busPorts);
    const environment = cacheEnvironment;
    return { primaries: members.slice(0, 3), replicas: members.slice(3), spec: specOf(members), environment, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

function linesOf(busPort: number): string[] {
  return [
    ...serverLines,
    'cluster-enabled yes',
    'cluster-config-file nodes.conf',
    'cluster-node-timeout 1500',
    `cluster-port ${busPort}`,
    // A replica that has just lost its primary is never too old to take over, and none changes sides.
    'cluster-replica-validity-factor 0',
    'cluster-allow-replica-migration no',
  ];
}

async function joinAll(members: readonly TestRedisMember[], busPorts: readonly number[]): Promise<void> {
  const [first] = members;
  if (!first) throw new TypeError('a cluster has members');
  for (const [at, member] of members.entries()) {
    await member.call('CLUSTER', 'SET-CONFIG-EPOCH', String(at + 1));
    const range = RANGES[at];
    if (range) await member.call('CLUSTER', 'ADDSLOTSRANGE', ...range.split(' '));
  }
  for (const [at, member] of members.entries()) {
    if (member !== first) await first.call('CLUSTER', 'MEET', '127.0.0.1', String(member.port), String(busPorts[at]));
  }
  await Promise.all(members.map((member) => untilSaid(member, ['CLUSTER', 'INFO'], /cluster_known_nodes:6/)));
  for (const [at, replica] of members.slice(3).entries()) {
    const id = String(await members[at]?.call('CLUSTER', 'MYID'));
    await replica.call('CLUSTER', 'REPLICATE', id);
  }
  await Promise.all(members.slice(3).map((one) => untilSaid(one, ['INFO', 'replication'], /master_link_status:up/)));
  await Promise.all(members.map((member) => untilSaid(member, ['CLUSTER', 'INFO'], /cluster_state:ok/)));
  await Promise.all(members.map(untilThreeReplicas));
}

async function untilThreeReplicas(member: TestRedisMember): Promise<void> {
  while ((String(await member.call('CLUSTER', 'NODES')).match(/\bslave\b/g)?.length ?? 0) < 3) await sleep(20);
}

async function untilSaid(
  member: TestRedisMember,
  [command, ...args]: [string, ...string[]],
  wanted: RegExp,
): Promise<void> {
  while (!wanted.test(String(await member.call(command, ...args)))) await sleep(20);
}

function specOf(members: readonly TestRedisMember[]): TargetSpec {
  const credential = { password: { from: 'env', name: 'SHOP_CACHE_PASSWORD' } } as const;
  return {
    name: 'shop-cluster',
    engine: 'redis',
    provider: 'cluster',
    environment: 'laptop',
    rooms: 'default',
    tls: false,
    members: members.map(({ name, role, port }) => ({
      name,
      role,
      host: '127.0.0.1',
      port,
      credentials: { read: credential, act: credential, canary: canaryLogin },
    })),
    alarms: [],
  };
}
