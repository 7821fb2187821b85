import type { DatabaseRoom } from '../../core/room.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import type { OpenOptions } from '../open-options.ts';
import { openRedisTarget } from '../redis-target.ts';

/** Redis Cluster: one connection to each node, named in the config or known to the others; nothing is redirected. */
export function connect(spec: TargetSpec, room: DatabaseRoom, options: OpenOptions): Promise<RedisTarget> {
  return openRedisTarget(spec, room, options);
}
