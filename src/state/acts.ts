import * as z from 'zod';
import type { OwnAct } from '../core/quiet.ts';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

/** What runs of ours did to a target lately, so that nobody is woken by what they caused. */
export type Acts = {
  /** Notes that a run begins to act. Repeatable. */
  begun(target: string, act: Omit<OwnAct, 'endedAt'>): Promise<void>;
  /** Notes that a run has ended; a run that never acted is left alone. */
  ended(target: string, runId: string, at: string): Promise<void>;
  /** Those that are under way, or ended less than a quarter of an hour before `at`. */
  recent(target: string, at: string): Promise<readonly OwnAct[]>;
};

/** Caches warm up, replicas catch up and clients connect again within this. */
const echoSeconds = 900;
/** A run that died without its end is forgotten after this. */
const keptSeconds = 86_400;
const mostKept = 20;

const stored = z.object({
  acts: z.array(
    z.object({ runId: z.string(), operation: z.string(), at: z.string(), endedAt: z.string().exactOptional() }),
  ),
});

/** One item for each target. */
export function createActs(table: StateTable): Acts {
  const change = (target: string, next: (acts: readonly OwnAct[]) => readonly OwnAct[]): Promise<void> =>
    table.decide(keys.acts(target), (item) => {
      const before = actsOf(item);
      const acts = next(before);
      if (acts === before) return { answer: undefined };
      return { answer: undefined, write: { acts, ttl: expiresAfter(table.now, keptSeconds) } };
    });
  return {
    begun: (target, act) =>
      change(target, (acts) =>
        acts.some(({ runId }) => runId === act.runId) ? acts : [...acts, act].slice(-mostKept),
      ),
    ended: (target, runId, endedAt) =>
      change(target, (acts) =>
        acts.some((act) => act.runId === runId && act.endedAt === undefined)
          ? acts.map((act) => (act.runId === runId ? { ...act, endedAt } : act))
          : acts,
      ),
    recent: async (target, at) => {
      const atMs = Date.parse(at);
      const since = (iso: string) => (atMs - Date.parse(iso)) / 1000;
      return actsOf(await table.get(keys.acts(target))).filter(({ at: begunAt, endedAt }) =>
        endedAt === undefined ? since(begunAt) <= keptSeconds : since(endedAt) <= echoSeconds,
      );
    },
  };
}

function actsOf(item: Item | undefined): readonly OwnAct[] {
  return item === undefined ? [] : stored.parse(item).acts;
}
