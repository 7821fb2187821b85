import * as z from 'zod';
import type { CopyProgress } from '../core/backup.ts';
import { keys } from './keys.ts';
import { expiresAfter, type StateTable } from './table.ts';

/** How far the copy of a run is. `at` is the ISO time at which it said so; nothing is heard of one whose room died. */
export type CopyStanding = CopyProgress & { at: string; isOver: boolean };

/** What a copying room says of its work while `run` waits for the answer. */
export type Copies = {
  say(runId: string, target: string, standing: CopyProgress & { isOver: boolean }): Promise<void>;
  standing(runId: string, target: string): Promise<CopyStanding | undefined>;
  /** Has the room end its work within seconds; false where the run copies nothing now. */
  stop(runId: string): Promise<boolean>;
  wasStopped(runId: string): Promise<boolean>;
};

const keptSeconds = 86_400;
const shape = z.object({ at: z.string(), doneBytes: z.number(), totalBytes: z.number(), isOver: z.boolean() });

export function createCopies(table: StateTable): Copies {
  return {
    say: (runId, target, standing) =>
      table.decide(keys.copy(runId, target), () => ({
        answer: undefined,
        write: {
          ...standing,
          at: new Date(table.now()).toISOString(),
          ttl: expiresAfter(table.now, keptSeconds),
        },
      })),
    standing: async (runId, target) => {
      const item = await table.get(keys.copy(runId, target));
      return item === undefined ? undefined : shape.parse(item);
    },
    stop: async (runId) => {
      const items = await table.query(keys.copiesOf(runId));
      if (!items.some((item) => shape.safeParse(item).data?.isOver === false)) return false;
      await table.putNew(keys.copyStop(runId), { ttl: expiresAfter(table.now, keptSeconds) });
      return true;
    },
    wasStopped: async (runId) => (await table.get(keys.copyStop(runId))) !== undefined,
  };
}
