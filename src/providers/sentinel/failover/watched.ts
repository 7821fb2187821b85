import type { RedisMember } from '../../../targets/redis.ts';
import { attempt, given } from '../../redis-switchover/attempt.ts';

/** How a Sentinel watches a group; what it is told with is not among it, for no Sentinel shows a password. */
export type Watch = {
  /** `host:port` of the one that it watches. */
  address: string;
  /** Empty until the Sentinel has asked the server. */
  runId: string;
  quorum: string;
  downAfterMilliseconds: string;
  failoverTimeoutMilliseconds: string;
  parallelSyncs: string;
  /** It calls scripts, which only its file can give it again. */
  hasScripts: boolean;
};

/** Undefined where it does not answer; null where it watches no group of that name. https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#sentinel-api */
export async function watchOf(sentinel: RedisMember, masterName: string): Promise<Watch | null | undefined> {
  const tried = await attempt(() => sentinel.call('SENTINEL', 'MASTER', masterName));
  if ('refused' in tried) return tried.refused.includes('No such master') ? null : undefined;
  return 'done' in tried ? watchIn(tried.done) : undefined;
}

/** Pure: the answer of `SENTINEL MASTER`. */
export function watchIn(reply: unknown): Watch | undefined {
  if (!Array.isArray(reply)) return undefined;
  const words = reply.map(String);
  const field = (name: string) => {
    const at = words.findIndex((word, n) => n % 2 === 0 && word === name);
    return at < 0 ? '' : (words[at + 1] ?? '');
  };
  return {
    address: `${field('ip')}:${field('port')}`,
    runId: field('runid'),
    quorum: field('quorum'),
    downAfterMilliseconds: field('down-after-milliseconds'),
    failoverTimeoutMilliseconds: field('failover-timeout'),
    parallelSyncs: field('parallel-syncs'),
    hasScripts: field('notification-script') !== '' || field('client-reconfig-script') !== '',
  };
}

/** Since its last ping; one that lives pings each second. */
const IDLE_SECONDS_MOST = 10;

/**
 * Sentinels that ask a data server now, whether this room reaches them or not; undefined where the server does not say. They sign their
 * connections with the beginning of their run id. https://redis.io/docs/latest/commands/client-list/
 */
export async function sentinelsAt(member: RedisMember): Promise<readonly string[] | undefined> {
  const list = given(await attempt(() => member.call('CLIENT', 'LIST', 'TYPE', 'normal')));
  return typeof list === 'string' ? sentinelsIn(list) : undefined;
}

/** Pure: beginnings of run ids. */
export function sentinelsIn(list: string): string[] {
  return list.split('\n').flatMap((line) => {
    const id = / name=sentinel-([0-9a-f]{8})-cmd /.exec(line)?.[1];
    const idle = / idle=(\d+) /.exec(line)?.[1];
    return id !== undefined && Number(idle) <= IDLE_SECONDS_MOST ? [id] : [];
  });
}
