import { maskKey } from '../../core/mask.ts';

/** One slow command: the id grows by one with each, `what` has no argument in clear. */
export type SlowEntry = { id: number; usec: number; what: string };

/** Commands whose first argument is a key; of all others no argument is shown. */
const KEYED = new Set(
  `append bitcount bitpos decr decrby del dump exists expire expireat get getdel getex getrange getset hdel hexists hget
  hgetall hincrby hkeys hlen hmget hmset hrandfield hscan hset hvals incr incrby lindex linsert llen lpop lpos lpush lrange lrem
  lset ltrim mget mset persist pexpire pfadd pfcount pfmerge psetex rename restore rpop rpoplpush rpush sadd scard sdiff sdiffstore
  set setex setnx setrange sinter sinterstore sismember smembers smismember smove sort spop srandmember srem sscan strlen sunion
  sunionstore ttl type unlink xadd xdel xlen xrange xrevrange xtrim zadd zcard zcount zincrby zpopmax zpopmin zrange zrangebylex
  zrangebyscore zrangestore zrank zrem zremrangebyrank zremrangebyscore zrevrange zrevrangebyscore zscan zscore zunionstore`.split(
    /\s+/,
  ),
);

/** Commands that have subcommands worth telling apart. */
const CONTAINERS = new Set(
  'client cluster config debug function latency memory object script slowlog xgroup xinfo'.split(' '),
);

/** Reads SLOWLOG GET: id, time, microseconds, words, address, name. https://redis.io/docs/latest/commands/slowlog-get/ */
export function parseSlowLog(reply: unknown): SlowEntry[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((entry: unknown) => {
    if (!Array.isArray(entry)) return [];
    const [id, , usec, words] = entry as unknown[];
    return [{ id: Number(id), usec: Number(usec), what: described(Array.isArray(words) ? words.map(String) : []) }];
  });
}

/** `HGETALL session:*`, `CONFIG GET`, `EVAL`: what was run, without what it was run on. */
export function described([command = 'unknown', first]: readonly string[]): string {
  const name = command.toLowerCase();
  const shown = /^[a-z._|-]{1,30}$/.test(name) ? name.toUpperCase() : 'unknown command';
  if (first === undefined) return shown;
  if (KEYED.has(name)) return `${shown} ${maskKey(first)}`;
  return CONTAINERS.has(name) && /^[a-z-]{1,20}$/i.test(first) ? `${shown} ${first.toUpperCase()}` : shown;
}
