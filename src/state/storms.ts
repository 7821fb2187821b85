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

/** One item an environment. A storm that comes back within 10 minutes of its end is the same one, and goes on in its message. */
export type Storms = {
  /** The storm that is on, or a new one. */
  open(environment: string): Promise<Storm>;
  /** The storm that is on, undefined when there is none. */
  current(environment: string): Promise<Storm | undefined>;
  end(environment: string, id: string): Promise<void>;
};

const keptSeconds = 86_400;
const reopenedWithinMs = 600_000;
const shape = z.object({ id: z.string(), openedAt: z.string(), endedAt: z.string().optional() });

export function createStorms(table: StateTable): Storms {
  const kept = (storm: Storm) => ({ ...storm, ttl: expiresAfter(table.now, keptSeconds) });
  return {
    open: (environment) =>
      table.decide<Storm>(keys.storm(environment), (item) => {
        const known = asStorm(item);
        if (known && known.endedAt === undefined) return { answer: known };
        const storm = isRecent(known, table.now()) ? { id: known.id, openedAt: known.openedAt } : fresh(environment);
        return { answer: storm, write: kept(storm) };
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

  function fresh(environment: string): Storm {
    const openedAt = new Date(table.now()).toISOString();
    return { id: `storm:${environment}:${openedAt}`, openedAt };
  }
}

function isRecent(known: Storm | undefined, nowMs: number): known is Storm {
  return known?.endedAt !== undefined && nowMs - Date.parse(known.endedAt) <= reopenedWithinMs;
}

function asStorm(item: Item | undefined): Storm | undefined {
  return item === undefined ? undefined : shape.parse(item);
}
