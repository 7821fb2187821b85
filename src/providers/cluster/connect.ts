import type { DatabaseRoom } from '../../core/room.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import type { OpenOptions } from '../open-options.ts';
import { besideAll } from '../redis-canary.ts';
import { withBackups } from '../redis-backups.ts';
import { hearRedisMember } from '../redis-heard.ts';
import { openRedisTarget } from '../redis-target.ts';
import { clusterFailover } from './failover.ts';
import { shardPen } from './canary.ts';
import { clusterSwitchover } from './switchover.ts';

/** Redis Cluster: one connection to each node, named in the config or known to the others; nothing is redirected. */
export async function connect(spec: TargetSpec, room: DatabaseRoom, options: OpenOptions): Promise<RedisTarget> {
  const target = withBackups(await openRedisTarget(spec, room, options), room, { spec, options });
  const hear = (name: string) => hearRedisMember(withNode(spec, name), name, room, options);
  const able = {
    ...target,
    switchover: clusterSwitchover(target),
    failover: clusterFailover(target, spec.members, hear),
  };
  return spec.canary ? besideAll(able, ({ from }) => shardPen(target, spec, options, from)) : able;
}

/** A node that only the cluster names is called by its address, with the login of one that the config names. */
function withNode(spec: TargetSpec, name: string): TargetSpec {
  const [, host, port] = /^(.+):(\d+)$/.exec(name) ?? [];
  const [model] = spec.members;
  if (!model || host === undefined || spec.members.some((one) => one.name === name)) return spec;
  return { ...spec, members: [...spec.members, { ...model, name, host, port: Number(port) }] };
}
