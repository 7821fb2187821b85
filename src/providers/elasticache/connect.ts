import type { DatabaseRoom } from '../../core/room.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import type { OpenOptions } from '../open-options.ts';
import { openRedisTarget } from '../redis-target.ts';
import { elasticacheToken } from './token.ts';

/** Amazon ElastiCache: the same sessions, always over TLS. CONFIG and the like are not offered there. */
export function connect(spec: TargetSpec, room: DatabaseRoom, options: OpenOptions): Promise<RedisTarget> {
  return openRedisTarget({ ...spec, tls: true }, room, { ...options, token: elasticacheToken });
}
