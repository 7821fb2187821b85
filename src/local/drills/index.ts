import type { Fleet } from '../fleet/index.ts';
import { cutReplication } from './cut-replication.ts';
import type { Drill } from './drill.ts';
import { idleInTransaction } from './idle-in-transaction.ts';
import { killRedisPrimary } from './kill-redis-primary.ts';
import { lockPileUp } from './lock-pile-up.ts';
import { redisMemoryFill } from './redis-memory-fill.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { stopPrimary } from './stop-primary.ts';

export type { Drill } from './drill.ts';

const all = [stopPrimary, cutReplication, lockPileUp, idleInTransaction, redisMemoryFill, killRedisPrimary];

/** Every drill on this fleet, all of them off. */
export function createDrills(fleet: Fleet): Drill[] {
  return all.map((create) => oneAtATime(create(fleet)));
}
