import type { PostgresTarget } from './postgres.ts';
import type { RedisTarget } from './redis.ts';

/** The port of each engine. */
export type Targets = { postgres: PostgresTarget; redis: RedisTarget };
export type AnyTarget = Targets[keyof Targets];
