import type { DatabaseRoom } from '../../core/room.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import type { OpenOptions } from '../open-options.ts';
import { openRedisTarget } from '../redis-target.ts';
import { clusterSwitchover } from './switchover.ts';

/** Redis Cluster: one connection to each node, named in the config or known to the others; nothing is redirected. */
export async function connect(spec: TargetSpec, room: DatabaseRoom, options: OpenOptions): Promise<RedisTarget> {
  const target = await openRedisTarget(spec, room, options);
  return { ...target, switchover: clusterSwitchover(target) };
}
