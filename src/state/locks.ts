import * as z from 'zod';
import type { Locks } from '../core/safety.ts';
import { keys } from './keys.ts';
import type { Item, StateTable } from './table.ts';
import { utcTime } from './utc-time.ts';

const lockShape = z.object({ fence: z.int(), holder: z.string().optional(), heldUntilMs: z.number().optional() });
type Held = { holder: string; fence: number; heldUntilMs: number };

/** The lock under which a target is acted upon. */
export function targetLock(target: string): string {
  return `target:${target}`;
}

/**
 * Locks with fencing numbers; the holder is a run id.
 *
 * A lock's item has no `ttl`: were it deleted, its numbers would begin at 1 again and an old grant could match. A holder who
 * comes back after its time gets a new number, because somebody else may have held the lock in between.
 */
export function createLocks(table: StateTable): Locks {
  return {
    take: (name, holder, seconds) => take(table, name, holder, seconds),
    release: (name, holder) => release(table, name, holder),
    current: async (name) => {
      const held = heldLock(await table.get(keys.lock(name)), table.now());
      return held === undefined ? undefined : { holder: held.holder, fence: held.fence };
    },
  };
}

function take(table: StateTable, name: string, holder: string, seconds: number): ReturnType<Locks['take']> {
  return table.decide<Awaited<ReturnType<Locks['take']>>>(keys.lock(name), (item) => {
    const held = heldLock(item, table.now());
    if (held !== undefined && held.holder !== holder) {
      return {
        answer: { refused: `${name} is locked by ${held.holder} until ${utcTime(held.heldUntilMs)} at the latest.` },
      };
    }
    const fence = held?.fence ?? lastFence(item) + 1;
    return { answer: { fence }, write: { holder, fence, heldUntilMs: table.now() + seconds * 1000 } };
  });
}

function release(table: StateTable, name: string, holder: string): Promise<void> {
  return table.decide(keys.lock(name), (item) => {
    if (heldLock(item, table.now())?.holder !== holder) return { answer: undefined };
    return { answer: undefined, write: { fence: lastFence(item) } };
  });
}

function heldLock(item: Item | undefined, nowMs: number): Held | undefined {
  if (item === undefined) return undefined;
  const { fence, holder, heldUntilMs } = lockShape.parse(item);
  if (holder === undefined || heldUntilMs === undefined || heldUntilMs <= nowMs) return undefined;
  return { fence, holder, heldUntilMs };
}

function lastFence(item: Item | undefined): number {
  return item === undefined ? 0 : lockShape.parse(item).fence;
}
