import * as z from 'zod';
import type { PointerWrite } from '../core/pointer.ts';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

/** What pointers said before they were changed: one item for each target. */
export type PointerWrites = {
  /** Kept before the change is made; the same run keeps its one again. */
  keep(target: string, write: PointerWrite): Promise<void>;
  /** The youngest first. */
  kept(target: string): Promise<PointerWrite[]>;
};

/** A change that was refused is kept as well, and must not push out the one that was made. */
const MOST_KEPT = 10;
const KEPT_SECONDS = 30 * 86_400;

const Said = z.object({
  host: z.string(),
  kept: z.string(),
  ttlSeconds: z.number().nullable(),
  version: z.number().nullable(),
});
const stored = z.object({
  writes: z.array(z.object({ runId: z.string(), at: z.string(), before: Said, after: Said })),
});

export function createPointerWrites(table: StateTable): PointerWrites {
  return {
    keep: (target, write) =>
      table.decide(keys.pointer(target), (item) => {
        const others = writesIn(item).filter(({ runId }) => runId !== write.runId);
        const writes = [write, ...others].slice(0, MOST_KEPT);
        return { answer: undefined, write: { writes, ttl: expiresAfter(table.now, KEPT_SECONDS) } };
      }),
    kept: async (target) => writesIn(await table.get(keys.pointer(target))),
  };
}

function writesIn(item: Item | undefined): PointerWrite[] {
  return item === undefined ? [] : stored.parse(item).writes;
}
