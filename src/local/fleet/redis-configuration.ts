import { aclRules } from '../../providers/redis-commands.ts';

/** The name under which the Sentinels know the primary. */
export const masterName = 'shop-cache';

/** How many Sentinels must agree that the primary is gone. */
export const quorum = 2;

/** The memory limit of a data server; a drill lowers it. */
export const maxMemoryBytes = 64 * 1024 * 1024;

/** Of the shop and of replication, and of Nightshift's users. */
export type CachePasswords = {
  cache: string;
  cacheRead: string;
  cacheAct: string;
  cacheCopy: string;
  cacheCanary: string;
};

/**
 * A data server; without a primary's port it is the primary. The append-only file keeps its data over a crash.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
 */
export function dataLines(passwords: CachePasswords, primaryPort: number | undefined): string[] {
  return [
    `requirepass ${passwords.cache}`,
    `masterauth ${passwords.cache}`,
    userLine('nightshift_read', passwords.cacheRead, 'read'),
    userLine('nightshift_act', passwords.cacheAct, 'act'),
    userLine('nightshift_copy', passwords.cacheCopy, 'copy'),
    userLine('nightshift_canary', passwords.cacheCanary, 'canary'),
    `maxmemory ${maxMemoryBytes}`,
    'maxmemory-policy noeviction',
    'appendonly yes',
    'appendfsync everysec',
    'save 900 1',
    'repl-diskless-sync-delay 0',
    'repl-ping-replica-period 1',
    // Off as Redis comes: then nobody can say what stood still.
    'latency-monitor-threshold 100',
    ...(primaryPort === undefined ? [] : [`replicaof 127.0.0.1 ${primaryPort}`]),
  ];
}

/** A user of a room may what `/db doctor` says that it has to, and nothing else. */
function userLine(name: string, password: string, room: 'read' | 'act' | 'copy' | 'canary'): string {
  return `user ${name} on >${password} resetkeys resetchannels -@all ${aclRules(room, { isManaged: false })}`;
}

/** https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#configuring-sentinel */
export function sentinelLines(password: string, primaryPort: number): string[] {
  return [
    `sentinel monitor ${masterName} 127.0.0.1 ${primaryPort} ${quorum}`,
    `sentinel auth-pass ${masterName} ${password}`,
    `sentinel down-after-milliseconds ${masterName} 2000`,
    `sentinel failover-timeout ${masterName} 6000`,
    `sentinel parallel-syncs ${masterName} 1`,
  ];
}
