import * as z from 'zod';
import { keys } from './keys.ts';
import type { Item, StateTable } from './table.ts';

/** How many reports that alarms and events ask for are made at a time. */
export const placeCount = 4;

/** A place, what it is taken for, and until when it counts. */
export type Taken = { about: string; runId: string; untilMs: number };

/**
 * The places of those who look, in one item, so that no two can take the last one. A place whose time is over is free; who had
 * it is remembered until somebody has seen to what the dead run leaves behind.
 */
export type Places = {
  /** False when all are taken. Whoever has one keeps it, until the new time. */
  take(place: Taken): Promise<boolean>;
  /** Gives a place back, harmless without one; answers those whose time is over. */
  leave(runId: string, untilMs?: number): Promise<Taken[]>;
  /** Those whose time is over. */
  dead(): Promise<Taken[]>;
};

const shape = z.object({
  taken: z.array(z.object({ about: z.string(), runId: z.string(), untilMs: z.number() })),
});

export function createPlaces(table: StateTable): Places {
  return {
    take: (place) =>
      table.decide(keys.places, (item) => {
        const others = takenIn(item).filter(({ about, runId }) => about !== place.about && runId !== place.runId);
        const living = others.filter(({ untilMs }) => untilMs > table.now());
        if (living.length >= placeCount) return { answer: false };
        return { answer: true, write: { taken: [...others, place] } };
      }),
    leave: (runId, untilMs) =>
      table.decide<Taken[]>(keys.places, (item) => {
        const taken = takenIn(item);
        const others = taken.filter((one) => one.runId !== runId || (untilMs !== undefined && one.untilMs !== untilMs));
        const answer = deadAmong(others);
        return others.length === taken.length ? { answer } : { answer, write: { taken: others } };
      }),
    dead: async () => deadAmong(takenIn(await table.get(keys.places))),
  };

  function deadAmong(taken: readonly Taken[]): Taken[] {
    return taken.filter(({ untilMs }) => untilMs <= table.now());
  }
}

function takenIn(item: Item | undefined): readonly Taken[] {
  return item === undefined ? [] : shape.parse(item).taken;
}
