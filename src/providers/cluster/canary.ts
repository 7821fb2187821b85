import type { RedisTarget } from '../../targets/redis.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import type { CanaryPen } from '../canary/pen.ts';
import type { OpenOptions } from '../open-options.ts';
import { findShard } from '../redis-canary/find-shard.ts';
import { keyOf } from '../redis-canary/key.ts';
import { redisPen } from '../redis-canary/pen.ts';
import { tagIn } from '../redis-canary/slot-tag.ts';

/** Writes a key of the shard of one primary, so that the canary measures what is moved and nothing else. */
export function shardPen(target: RedisTarget, spec: TargetSpec, options: OpenOptions, primary: string): CanaryPen {
  const { nodes, names } = target.cluster ?? { nodes: [], names: {} };
  const node = nodes.find(({ id, host, port }) => (names[id] ?? `${host}:${port}`) === primary);
  const key = keyOf(tagIn(node?.slots ?? []));
  return redisPen(spec, key, findShard(spec, key, options));
}
