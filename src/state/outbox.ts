import * as z from 'zod';
import type { RunRequest } from '../core/run.ts';
import { keys } from './keys.ts';
import { expiresAfter, type StateTable } from './table.ts';

/** A run that was asked for and could not be started at once. `at` is the ISO time when it was asked for. */
export type KeptRun = { at: string; request: RunRequest };

/**
 * Runs that were promised to somebody and still have to be started. Starting is repeatable, because a run is named after its
 * trigger: whoever starts one and dies before `started` leaves nothing but a second start of the same run.
 */
export type Outbox = {
  keep(run: KeptRun): Promise<void>;
  /** What still has to be started, oldest first. */
  waiting(): Promise<KeptRun[]>;
  /** Takes a run off the list. */
  started(run: KeptRun): Promise<void>;
};

const keptDays = 1;
const stored = z.object({ at: z.string(), request: z.custom<RunRequest>((value) => typeof value === 'object') });

export function createOutbox(table: StateTable): Outbox {
  return {
    keep: async ({ at, request }) => {
      await table.putNew(keys.outboxEntry(at, request.runId), {
        at,
        request,
        ttl: expiresAfter(table.now, keptDays * 86_400),
      });
    },
    waiting: async () => {
      const items = await table.query(keys.outbox);
      return items.filter((item) => item['done'] !== true).map((item) => stored.parse(item));
    },
    started: ({ at, request }) =>
      table.decide(keys.outboxEntry(at, request.runId), (item) => {
        if (item === undefined || item['done'] === true) return { answer: undefined };
        return { answer: undefined, write: { at, request, done: true, ttl: item.ttl } };
      }),
  };
}
