import type { DatabaseRoom } from '../../core/room.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import type { OpenOptions } from '../open-options.ts';
import { withCanary } from '../redis-canary.ts';
import { findBySentinels } from '../redis-canary/find.ts';
import { withBackups } from '../redis-backups.ts';
import { hearRedisMember } from '../redis-heard.ts';
import { openRedisMember, openRedisTarget } from '../redis-target.ts';
import { sentinelFailover } from './failover.ts';
import { sentinelSwitchover } from './switchover.ts';

/** Redis under Sentinel: data members and Sentinels, each on its own connection. */
export async function connect(spec: TargetSpec, room: DatabaseRoom, options: OpenOptions): Promise<RedisTarget> {
  const target = withBackups(await openRedisTarget(spec, room, options), room, { spec, options });
  const again = (name: string) => openRedisMember(spec, name, room, options);
  const hear = (name: string) => hearRedisMember(spec, name, room, options);
  const able = {
    ...target,
    switchover: sentinelSwitchover(target, again),
    failover: sentinelFailover(target, spec.members, hear),
  };
  return withCanary(able, spec, options, findBySentinels(spec, options));
}
