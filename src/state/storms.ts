import * as z from 'zod';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

/** A time in which more targets of one environment ring than can be looked at side by side. */
export type Storm = {
  /** Names the message slot. */
  id: string;
  /** ISO times. */
  openedAt: string;
  endedAt?: string | undefined;
};

/** One item an environment. Who has to wait within 10 minutes of the end, or of the last one who had to, is in the same storm. */
export type Storms = {
  /** A target has to wait: the storm that it belongs to. */
  open(environment: string): Promise<Storm>;
  /** The storm that is on, undefined when there is none. */
  current(environment: string): Promise<Storm | undefined>;
  end(environment: string, id: string): Promise<void>;
};

const keptSeconds = 86_400;
const togetherMs = 600_000;
const shape = z.object({ id: z.string(), openedAt: z.string(), lastAt: z.string(), endedAt: z.string().optional() });
/** `lastAt`: when a target had to wait last. */
type Known = z.infer<typeof shape>;

export function createStorms(table: StateTable): Storms {
  const kept = (storm: Known) => ({ ...storm, ttl: expiresAfter(table.now, keptSeconds) });
  return {
    open: (environment) =>
      table.decide<Storm>(keys.storm(environment), (item) => {
        const known = asStorm(item);
        const nowMs = table.now();
        const storm = known !== undefined && isRecent(known, nowMs) ? goesOn(known) : fresh(environment, nowMs);
        return { answer: storm, write: kept({ ...storm, lastAt: new Date(nowMs).toISOString() }) };
      }),
    current: async (environment) => {
      const known = asStorm(await table.get(keys.storm(environment)));
      return known?.endedAt === undefined ? known : undefined;
    },
    end: (environment, id) =>
      table.decide(keys.storm(environment), (item) => {
        const known = asStorm(item);
        if (known?.id !== id || known.endedAt !== undefined) return { answer: undefined };
        return { answer: undefined, write: kept({ ...known, endedAt: new Date(table.now()).toISOString() }) };
      }),
  };
}

function fresh(environment: string, nowMs: number): Storm {
  const openedAt = new Date(nowMs).toISOString();
  return { id: `storm:${environment}:${openedAt}`, openedAt };
}

function goesOn({ id, openedAt }: Storm): Storm {
  return { id, openedAt };
}

/** Nobody scrolls up for a message of yesterday, though one of its alarms may still be on. */
function isRecent({ endedAt, lastAt }: Known, nowMs: number): boolean {
  return nowMs - Date.parse(endedAt ?? lastAt) <= togetherMs;
}

function asStorm(item: Item | undefined): Known | undefined {
  return item === undefined ? undefined : shape.parse(item);
}
