import * as z from 'zod';
import { keys } from './keys.ts';
import { expiresAfter, type StateTable } from './table.ts';
import type { Turn } from './turns.ts';

/** A turn that found no place, by what it is about and since when. */
export type Queued = Pick<Turn, 'about' | 'since'>;

/** Who waits for a place. It is empty but in a storm, so that reading it costs nothing on other days. */
export type Queue = {
  /** Repeatable. */
  join(queued: Queued): Promise<void>;
  /** One that was let go and could not be started. Repeatable. */
  again(queued: Queued): Promise<void>;
  /** Oldest first. */
  waiting(): Promise<Queued[]>;
  left(queued: Queued): Promise<void>;
};

const keptSeconds = 86_400;
const shape = z.object({ about: z.string(), since: z.string() });

export function createQueue(table: StateTable): Queue {
  return {
    join: async ({ about, since }) => {
      await table.putNew(keys.queued(since, about), { about, since, ttl: expiresAfter(table.now, keptSeconds) });
    },
    again: ({ about, since }) =>
      table.decide(keys.queued(since, about), (item) => {
        if (item !== undefined && item['left'] !== true) return { answer: undefined };
        return { answer: undefined, write: { about, since, ttl: expiresAfter(table.now, keptSeconds) } };
      }),
    waiting: async () => {
      const items = await table.query(keys.queue);
      return items.filter((item) => item['left'] !== true).map((item) => shape.parse(item));
    },
    left: ({ about, since }) =>
      table.decide(keys.queued(since, about), (item) => {
        if (item === undefined || item['left'] === true) return { answer: undefined };
        return { answer: undefined, write: { about, since, left: true, ttl: item.ttl } };
      }),
  };
}
