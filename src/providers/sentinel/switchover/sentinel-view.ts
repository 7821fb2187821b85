import { attempt } from '../../redis-switchover/attempt.ts';
import type { RedisMember } from '../../../targets/redis.ts';

/** A data server as a Sentinel sees it. */
export type Watched = {
  host: string;
  port: string;
  /** Empty until the Sentinel has asked the server. */
  runId: string;
  flags: readonly string[];
  priority: number;
};

/** What one Sentinel says of the group. */
export type SentinelView = {
  name: string;
  master: Watched;
  replicas: readonly Watched[];
  configEpoch: number;
  downAfterMilliseconds: number;
  /** True from the moment at which it takes the order to fail over until it is done or gives up. */
  failingOver: boolean;
  /** Where it sends clients; during a failover this is the new primary before `master` is. */
  sendsTo: string;
  /** What CKQUORUM answered; it does not look at replicas. */
  quorum: string;
  /** It has lost trust in its clock, and does nothing but watch. */
  isTilted: boolean;
};

/** Asks one Sentinel; undefined when it gives no good answer. https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#sentinel-api */
export async function viewOf(sentinel: RedisMember, masterName: string): Promise<SentinelView | undefined> {
  const asked = await Promise.all([
    attempt(() => sentinel.call('SENTINEL', 'MASTER', masterName)),
    attempt(() => sentinel.call('SENTINEL', 'REPLICAS', masterName)),
    attempt(() => sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName)),
    attempt(() => sentinel.call('SENTINEL', 'CKQUORUM', masterName)),
    attempt(() => sentinel.info('sentinel')),
  ]);
  const [master, replicas, address, quorum, info] = asked;
  if (!('done' in master && 'done' in replicas && 'done' in address && 'done' in info)) return undefined;
  const fields = flatRecord(master.done);
  return {
    name: sentinel.name,
    master: watched(fields),
    replicas: Array.isArray(replicas.done) ? replicas.done.map((one) => watched(flatRecord(one))) : [],
    configEpoch: Number(fields['config-epoch'] ?? -1),
    downAfterMilliseconds: Number(fields['down-after-milliseconds'] ?? 0),
    failingOver: wordsOf(fields['flags']).includes('failover_in_progress'),
    sendsTo: Array.isArray(address.done) ? address.done.map(String).join(':') : '',
    quorum: 'done' in quorum ? String(quorum.done) : 'refused' in quorum ? quorum.refused : quorum.unknown,
    isTilted: info.done['sentinel_tilt'] === '1',
  };
}

/** Every one that answers. */
export async function viewsOf(sentinels: readonly RedisMember[], masterName: string): Promise<SentinelView[]> {
  const views = await Promise.all(sentinels.map((one) => viewOf(one, masterName)));
  return views.filter((view) => view !== undefined);
}

/** `host:port`, as Redis and Sentinel write it. */
export function addressOf({ host, port }: Pick<Watched, 'host' | 'port'>): string {
  return `${host}:${port}`;
}

/**
 * Pure: the replicas that a Sentinel could choose, the one with the smallest priority first. It passes over one that is down or not
 * connected, or whose priority is 0; among equals it takes the one of which it knows the most bytes, which it asks every 10 s only.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#replica-selection-and-priority
 */
export function choosable({ replicas }: SentinelView): readonly Watched[] {
  return replicas
    .filter(({ flags, priority }) => priority > 0 && !flags.some((flag) => DOWN.has(flag)))
    .toSorted((one, other) => one.priority - other.priority);
}

const DOWN = new Set(['s_down', 'o_down', 'disconnected']);

function watched(fields: Record<string, string>): Watched {
  return {
    host: fields['ip'] ?? '',
    port: fields['port'] ?? '',
    runId: fields['runid'] ?? '',
    flags: wordsOf(fields['flags']),
    priority: Number(fields['slave-priority'] ?? 0),
  };
}

function wordsOf(flags = ''): string[] {
  return flags.split(',').filter((flag) => flag !== '');
}

function flatRecord(reply: unknown): Record<string, string> {
  if (!Array.isArray(reply)) return {};
  const words = reply.map(String);
  const record: Record<string, string> = {};
  for (let at = 0; at + 1 < words.length; at += 2) record[words[at] ?? ''] = words[at + 1] ?? '';
  return record;
}
