import type { DatabaseRoom } from '../../core/room.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import type { OpenOptions } from '../open-options.ts';
import { withCanary } from '../redis-canary.ts';
import { findPrimary } from '../redis-canary/find.ts';
import { withBackups } from '../redis-backups.ts';
import { hearRedisMember } from '../redis-heard.ts';
import { openRedisMember, openRedisTarget } from '../redis-target.ts';
import { pairFailover } from './failover.ts';
import { pairSwitchover } from './switchover.ts';

/** One Redis server, with or without replicas, that nobody watches. */
export async function connect(spec: TargetSpec, room: DatabaseRoom, options: OpenOptions): Promise<RedisTarget> {
  const target = withBackups(await openRedisTarget(spec, room, options), room, { spec, options });
  const again = (name: string) => openRedisMember(spec, name, room, options);
  const hear = (name: string) => hearRedisMember(spec, name, room, options);
  const able = {
    ...target,
    switchover: pairSwitchover(target, spec.members, again),
    failover: pairFailover(target, spec.members, hear),
  };
  return withCanary(able, spec, options, findPrimary(spec, options));
}
