import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';
import { bytesText, durationText } from '../wording.ts';
import { NO_PRIMARY, numberOf } from './info.ts';

/** What a replica says of itself; null when it did not answer. */
type ReplicaSaid = {
  isMaster: boolean;
  linkUp: boolean;
  linkDownSeconds: number | null;
  syncing: boolean;
  offsetBytes: number;
};
type Replica = { name: string; said: ReplicaSaid | null };
type Sample = {
  primary: string;
  offsetBytes: number;
  /** Replicas that the primary itself counts as online. */
  online: number;
  replicas: readonly Replica[];
};

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
  limits: Limits,
  ask: {
    async read(target) {
      const { primary } = target;
      if (!primary) return NO_PRIMARY;
      const others = [...target.members, ...target.unreached.filter(({ role }) => role !== 'sentinel')];
      // Replicas first: an offset read later can only be larger, and the lag is never negative.
      const replicas = await Promise.all(others.filter(({ name }) => name !== primary.name).map(lookAt));
      return { sample: { ...(await sideOfPrimary(primary)), replicas } };
    },
  },

  judge: ({ read }, _before, limits) => read.replicas.flatMap((replica) => verdictOf(replica, read, limits) ?? []),

  facts: ({ read }) =>
    read.replicas.flatMap(({ name, said }) =>
      said?.linkUp
        ? [{ label: `Lag of ${name}`, value: bytesText(Math.max(0, read.offsetBytes - said.offsetBytes)) }]
        : [],
    ),
});

async function sideOfPrimary(primary: RedisMember): Promise<Pick<Sample, 'primary' | 'offsetBytes' | 'online'>> {
  const info = await primary.info('replication');
  const online = Object.entries(info).filter(
    ([name, value]) => /^slave\d+$/.test(name) && /\bstate=online\b/.test(value),
  );
  return { primary: primary.name, offsetBytes: numberOf(info, 'master_repl_offset') ?? 0, online: online.length };
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
      offsetBytes: numberOf(info, 'slave_repl_offset') ?? 0,
    };
    return { name: member.name, said };
  } catch {
    // It answered a moment ago and does not now: the primary still counts its replicas.
    return { name: member.name, said: null };
  }
}

function verdictOf(replica: Replica, sample: Sample, limits: Limits): Finding | undefined {
  const { name, said } = replica;
  if (said === null) return isCounted(sample) ? undefined : missing(replica, sample);
  if (said.isMaster) {
    return finding(
      replica,
      'critical',
      `${name} takes writes although ${sample.primary} does too: the two have parted.`,
      'Decide which one is right, and keep clients from the other before anything else.',
    );
  }
  if (!said.linkUp) return linkDown(replica, said, sample);
  return tooFar(replica, Math.max(0, sample.offsetBytes - said.offsetBytes), limits);
}

/** Does the primary count more replicas than those that told us so themselves? */
function isCounted({ online, replicas }: Sample): boolean {
  const linked = replicas.filter(({ said }) => said?.linkUp).length;
  const silent = replicas.filter(({ said }) => said === null).length;
  return online - linked >= silent;
}

function missing(replica: Replica, { primary }: Sample): Finding {
  return finding(
    replica,
    'critical',
    `${replica.name} is not connected to ${primary} as a replica: it gets nothing of what is written.`,
    `Find out whether ${replica.name} runs; until it is back there is one copy less of the data.`,
  );
}

function linkDown(replica: Replica, { linkDownSeconds, syncing }: ReplicaSaid, { primary }: Sample): Finding {
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
