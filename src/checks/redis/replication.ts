import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { bytesText, durationText } from '../wording.ts';
import { NO_PRIMARY, numberOf } from './info.ts';
import { shardsOf, type Shard } from './shards.ts';

/** What a replica says of itself; null when it did not answer. */
type ReplicaSaid = {
  isMaster: boolean;
  linkUp: boolean;
  linkDownSeconds: number | null;
  syncing: boolean;
  offsetBytes: number | null;
};
type Replica = { name: string; said: ReplicaSaid | null };
type ShardSaid = {
  primary: string;
  offsetBytes: number | null;
  /** Replicas that the primary itself counts as online. */
  online: number;
  replicas: readonly Replica[];
};
/** One shard, or as many as a cluster has. */
type Sample = { shards: readonly ShardSaid[] };

const MIB = 1024 ** 2;
const Limits = z.strictObject({
  warningBytes: z
    .number()
    .min(0)
    .default(10 * MIB),
  criticalBytes: z
    .number()
    .min(0)
    .default(100 * MIB),
});
type Limits = z.infer<typeof Limits>;

/** Does every expected replica follow, and how far is it behind? https://redis.io/docs/latest/commands/info/ */
export const replication = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.replication',
  engine: 'redis',
  title: 'Replication link and offset',
  why: 'A replica that does not follow cannot take over without losing what was written since.',
  explainedBy: ['failover', 'restart', 'machine', 'setting', 'traffic'],
  limits: Limits,
  ask: {
    async read(target) {
      if (!target.primary) return NO_PRIMARY;
      const shards = shardsOf(target);
      if (shards.length === 0) return { unreliable: 'no node of the cluster said who copies whom' };
      return { sample: { shards: await Promise.all(shards.map(lookAtShard)) } };
    },
  },

  judge: ({ read }, _before, limits) =>
    read.shards.flatMap((shard) => shard.replicas.flatMap((replica) => verdictOf(replica, shard, limits) ?? [])),

  facts({ read }) {
    const lags = read.shards.flatMap((shard) =>
      shard.replicas.flatMap(({ name, said }) => lagOf(name, said, shard) ?? []),
    );
    if (lags.length <= 1) return lags.map(({ name, bytes }) => ({ label: `Lag of ${name}`, value: bytesText(bytes) }));
    const most = lags.reduce((worst, one) => (one.bytes > worst.bytes ? one : worst));
    return [{ label: 'Largest lag', value: `${bytesText(most.bytes)} (${most.name})` }];
  },
});

async function lookAtShard({ primary, replicas }: Shard): Promise<ShardSaid> {
  // Replicas first: an offset read later can only be larger, and the lag is never negative.
  const said = await Promise.all(replicas.map(lookAt));
  const info = await primary.info('replication');
  const online = Object.entries(info).filter(
    ([name, value]) => /^slave\d+$/.test(name) && /\bstate=online\b/.test(value),
  );
  const offsetBytes = numberOf(info, 'master_repl_offset') ?? null;
  return { primary: primary.name, offsetBytes, online: online.length, replicas: said };
}

async function lookAt(member: RedisMember | { name: string }): Promise<Replica> {
  if (!('info' in member)) return { name: member.name, said: null };
  try {
    const info = await member.info('replication');
    const said = {
      isMaster: info['role'] === 'master',
      linkUp: info['master_link_status'] === 'up',
      linkDownSeconds: numberOf(info, 'master_link_down_since_seconds') ?? null,
      syncing: info['master_sync_in_progress'] === '1',
      offsetBytes: numberOf(info, 'slave_repl_offset') ?? null,
    };
    return { name: member.name, said };
  } catch {
    // It answered a moment ago and does not now: the primary still counts its replicas.
    return { name: member.name, said: null };
  }
}

function lagOf(name: string, said: ReplicaSaid | null, { offsetBytes }: ShardSaid) {
  if (!said?.linkUp || said.offsetBytes === null || offsetBytes === null) return undefined;
  return { name, bytes: Math.max(0, offsetBytes - said.offsetBytes) };
}

function verdictOf(replica: Replica, shard: ShardSaid, limits: Limits): Finding | undefined {
  const { name, said } = replica;
  if (said === null) return isCounted(shard) ? undefined : missing(replica, shard);
  if (said.isMaster) {
    return finding(
      replica,
      'critical',
      `${name} takes writes although ${shard.primary} does too: the two have parted.`,
      'Decide which one is right, and keep clients from the other before anything else.',
    );
  }
  if (!said.linkUp) return linkDown(replica, said, shard);
  const lag = lagOf(name, said, shard);
  return lag && tooFar(replica, lag.bytes, limits);
}

/** Does the primary count more replicas than those that told us so themselves? */
function isCounted({ online, replicas }: ShardSaid): boolean {
  const linked = replicas.filter(({ said }) => said?.linkUp).length;
  const silent = replicas.filter(({ said }) => said === null).length;
  return online - linked >= silent;
}

function missing(replica: Replica, { primary }: ShardSaid): Finding {
  return finding(
    replica,
    'critical',
    `${replica.name} is not connected to ${primary} as a replica: it gets nothing of what is written.`,
    `Find out whether ${replica.name} runs; until it is back there is one copy less of the data.`,
  );
}

function linkDown(replica: Replica, { linkDownSeconds, syncing }: ReplicaSaid, { primary }: ShardSaid): Finding {
  const since = linkDownSeconds === null || linkDownSeconds < 0 ? '' : ` for ${durationText(linkDownSeconds)}`;
  const doing = syncing ? '; a full copy is under way' : '';
  return finding(
    replica,
    'critical',
    `The link of replica ${replica.name} to ${primary} is down${since}${doing}.`,
    `Look at the log of ${replica.name}: address, password and TLS of its master first.`,
  );
}

function tooFar(replica: Replica, lagBytes: number, limits: Limits): Finding | undefined {
  if (lagBytes < limits.warningBytes) return undefined;
  const severity = lagBytes >= limits.criticalBytes ? 'critical' : 'warning';
  const limit = severity === 'critical' ? limits.criticalBytes : limits.warningBytes;
  return {
    ...finding(
      replica,
      severity,
      `Replica ${replica.name} is ${bytesText(lagBytes)} behind (${severity} at ${bytesText(limit)}).`,
      'Look at the network and at large writes; a failover now loses that much.',
    ),
    measure: { value: lagBytes, unit: 'bytes', limit, step: 10 * MIB },
  };
}

function finding(replica: Replica, severity: 'critical' | 'warning', sentence: string, next: string): Finding {
  return { key: `redis.replication:${replica.name}`, severity, sentence, evidence: replica, next };
}
