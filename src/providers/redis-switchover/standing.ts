import type { RedisMember } from '../../targets/redis.ts';

/** What a data server says of itself: the part of INFO on which a switchover is decided. */
export type Standing = {
  name: string;
  role: 'primary' | 'replica';
  runId: string;
  version: string;
  /** Of the history of writes that it has: two servers with the same one can be compared byte by byte. */
  replicationId: string;
  offsetBytes: number;
  /** The history before its last promotion, and up to where; null where there was none. */
  before: { replicationId: string; offsetBytes: number } | null;
  /** Of a replica: `host:port` as it was told, and whether it follows now. */
  follows: { address: string; linkUp: boolean; syncing: boolean } | null;
  /** Of a replica; 0 is never promoted. */
  priority: number;
  /** Replicas that a primary counts with a delay below `min-replicas-max-lag`; null where that is no condition. */
  goodReplicas: number | null;
  loading: boolean;
  /** Another switchover of the server's own making (FAILOVER) is under way. */
  failingOver: boolean;
  /** 0 is no limit. */
  maxMemoryBytes: number;
  usedMemoryBytes: number;
  /** Sentences about what could not be saved the last time. */
  unsaved: readonly string[];
  clients: number;
  commandsPerSecond: number;
};

/** Reads it. Throws a Fault when the server does not answer. https://redis.io/docs/latest/commands/info/ */
export async function standingOf(member: RedisMember): Promise<Standing> {
  return standing(member.name, await member.info());
}

/** Pure: the record of INFO as a standing. */
export function standing(name: string, said: { readonly [field: string]: string }): Standing {
  const isPrimary = said['role'] === 'master';
  const number = (field: string) => Number(said[field] ?? 0);
  return {
    name,
    role: isPrimary ? 'primary' : 'replica',
    runId: said['run_id'] ?? '',
    version: said['redis_version'] ?? '0',
    replicationId: said['master_replid'] ?? '',
    // A replica has what it has applied, which is `slave_repl_offset`; what it has received may be more.
    offsetBytes: number(isPrimary ? 'master_repl_offset' : 'slave_repl_offset'),
    before: beforeOf(said),
    follows: isPrimary
      ? null
      : {
          address: `${said['master_host']}:${said['master_port']}`,
          linkUp: said['master_link_status'] === 'up',
          syncing: said['master_sync_in_progress'] === '1',
        },
    priority: number('slave_priority'),
    goodReplicas: said['min_slaves_good_slaves'] === undefined ? null : number('min_slaves_good_slaves'),
    loading: said['loading'] === '1',
    failingOver: (said['master_failover_state'] ?? 'no-failover') !== 'no-failover',
    maxMemoryBytes: number('maxmemory'),
    usedMemoryBytes: number('used_memory'),
    unsaved: unsavedOf(said),
    clients: number('connected_clients'),
    commandsPerSecond: number('instantaneous_ops_per_sec'),
  };
}

function beforeOf(said: { readonly [field: string]: string }): Standing['before'] {
  const offset = Number(said['second_repl_offset'] ?? -1);
  // The first byte that is no longer of that history.
  return offset < 0 ? null : { replicationId: said['master_replid2'] ?? '', offsetBytes: offset - 1 };
}

function unsavedOf(said: { readonly [field: string]: string }): string[] {
  const failed = (field: string) => said[field] !== undefined && said[field] !== 'ok';
  return [
    ...(failed('rdb_last_bgsave_status') ? ['its last save (BGSAVE) failed'] : []),
    ...(failed('aof_last_write_status') ? ['its append-only file could not be written'] : []),
    ...(failed('aof_last_bgrewrite_status') ? ['the last rewrite of its append-only file failed'] : []),
  ];
}

/** Pure: bytes of the primary's log that the other has not applied; null where their histories are not the same one. */
export function behindBytes(primary: Standing, replica: Standing): number | null {
  if (replica.replicationId !== primary.replicationId) return null;
  return Math.max(0, primary.offsetBytes - replica.offsetBytes);
}

/**
 * Pure: bytes that a former primary has and the promoted one has not, because they came after the promotion; null where nobody
 * can say. https://redis.io/docs/latest/operate/oss_and_stack/management/replication/#how-redis-replication-works
 */
export function strayBytes(former: Standing, promoted: Standing): number | null {
  const { before } = promoted;
  if (before === null || before.replicationId !== former.replicationId) return null;
  return Math.max(0, former.offsetBytes - before.offsetBytes);
}
