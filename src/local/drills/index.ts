import type { Fleet } from '../fleet/index.ts';
import { cacheFlushed } from './cache-flushed.ts';
import { connectionFlood } from './connection-flood.ts';
import { cutReplication } from './cut-replication.ts';
import { dataDestroyed } from './data-destroyed.ts';
import type { Drill } from './drill.ts';
import { freezeStandby } from './freeze-standby.ts';
import { idleInTransaction } from './idle-in-transaction.ts';
import { killRedisPrimary } from './kill-redis-primary.ts';
import { lockPileUp } from './lock-pile-up.ts';
import { ordersLost } from './orders-lost.ts';
import { redisMemoryFill } from './redis-memory-fill.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { slotLeftBehind } from './slot-left-behind.ts';
import { slowQueryStorm } from './slow-query-storm.ts';
import { stopPrimary } from './stop-primary.ts';

export type { Drill } from './drill.ts';

const all = [
  stopPrimary,
  cutReplication,
  freezeStandby,
  slotLeftBehind,
  lockPileUp,
  idleInTransaction,
  slowQueryStorm,
  connectionFlood,
  ordersLost,
  dataDestroyed,
  redisMemoryFill,
  cacheFlushed,
  killRedisPrimary,
];

/** Every drill on this fleet, all of them off. */
export function createDrills(fleet: Fleet): Drill[] {
  return all.map((create) => oneAtATime(create(fleet)));
}
