import * as z from 'zod';
import { keys } from './keys.ts';
import type { Item, StateTable } from './table.ts';

/** How many reports that alarms and events ask for are made at a time. */
export const placeCount = 4;

/**
 * The places of those who look, in one item, so that no two can take the last one. A place that was not given back is free
 * again when its time is over: nothing has to be cleaned up after a run that was killed.
 */
export type Places = {
  /** False when all are taken. Whoever has one keeps it, until the later time. */
  take(runId: string, untilMs: number): Promise<boolean>;
  /** Gives a place back; harmless without one. */
  leave(runId: string): Promise<void>;
};

type Taken = { runId: string; untilMs: number };
const shape = z.object({ taken: z.array(z.object({ runId: z.string(), untilMs: z.number() })) });

export function createPlaces(table: StateTable): Places {
  return {
    take: (runId, untilMs) =>
      table.decide(keys.places, (item) => {
        const others = takenNow(item, table.now()).filter((one) => one.runId !== runId);
        if (others.length >= placeCount) return { answer: false };
        return { answer: true, write: { taken: [...others, { runId, untilMs }] } };
      }),
    leave: (runId) =>
      table.decide(keys.places, (item) => {
        const taken = takenNow(item, table.now());
        const others = taken.filter((one) => one.runId !== runId);
        if (others.length === taken.length) return { answer: undefined };
        return { answer: undefined, write: { taken: others } };
      }),
  };
}

function takenNow(item: Item | undefined, nowMs: number): readonly Taken[] {
  return item === undefined ? [] : shape.parse(item).taken.filter(({ untilMs }) => untilMs > nowMs);
}
