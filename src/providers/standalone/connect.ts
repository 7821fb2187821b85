import type { DatabaseRoom } from '../../core/room.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import type { OpenOptions } from '../open-options.ts';
import { openRedisTarget } from '../redis-target.ts';

/** One Redis server, with or without replicas, that nobody watches. */
export function connect(spec: TargetSpec, room: DatabaseRoom, options: OpenOptions): Promise<RedisTarget> {
  return openRedisTarget(spec, room, options);
}
