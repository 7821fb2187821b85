import type { RedisMember } from '../../targets/redis.ts';

/** What decides whether a server may be asked for a snapshot. Bytes; 0 where the server does not say. */
export type MemberFacts = {
  name: string;
  role: 'replica' | 'primary';
  version: string;
  replicationId: string;
  offset: number;
  /** Of a replica: the link to its primary is up, and nothing is being copied over it. */
  isLinkUp: boolean;
  isLoading: boolean;
  /** Another child of it that is at work. */
  child: 'snapshot' | 'rewrite' | null;
  lastSaveFailed: boolean;
  usedBytes: number;
  residentBytes: number;
  systemBytes: number;
  /** Pages that were copied while the last child was at work, the larger of the two. */
  copiedBytes: number;
  /** Databases that have keys. */
  databases: number;
};

/** Asks a server once. https://redis.io/docs/latest/commands/info/ */
export async function askMember({ name, info }: RedisMember): Promise<MemberFacts> {
  return factsOf(name, await info());
}

/** Pure: what its INFO says. */
export function factsOf(name: string, said: Record<string, string>): MemberFacts {
  const number = (field: string) => Number(said[field] ?? 0) || 0;
  const isReplica = said['role'] === 'slave';
  return {
    name,
    role: isReplica ? 'replica' : 'primary',
    version: said['valkey_version'] ?? said['redis_version'] ?? 'unknown',
    replicationId: said['master_replid'] ?? '',
    offset: number('master_repl_offset'),
    isLinkUp: !isReplica || (said['master_link_status'] === 'up' && said['master_sync_in_progress'] !== '1'),
    isLoading: said['loading'] === '1' || said['async_loading'] === '1',
    child:
      said['rdb_bgsave_in_progress'] === '1' ? 'snapshot' : said['aof_rewrite_in_progress'] === '1' ? 'rewrite' : null,
    lastSaveFailed: said['rdb_last_bgsave_status'] === 'err',
    usedBytes: number('used_memory'),
    residentBytes: number('used_memory_rss'),
    systemBytes: number('total_system_memory'),
    copiedBytes: Math.max(number('rdb_last_cow_size'), number('aof_last_cow_size')),
    databases: Object.keys(said).filter((field) => /^db\d+$/.test(field)).length,
  };
}
