import type { RedisTarget } from '../../targets/redis.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import type { OpenOptions } from '../open-options.ts';

/** What a snapshot is taken with: the target as it was opened for the room `copy`. */
export type SnapshotSite = { spec: TargetSpec; options: OpenOptions; target: RedisTarget };
